import type { ImportTarget } from '#imports';
import { registerRows } from './import-rows.ts';
import {
  registerCustomer,
  type CustomerRegistration,
  type RegistrationOrigin,
  type RegistrationParts,
  type RegistrationResult,
} from './registration.ts';

export interface RegistrationOptions extends RegistrationParts {
  /** Messages that came before their customer was known are applied once it is. */
  readonly intake: { releaseFor(customerTenantId: string): Promise<unknown> };
}

export interface Registration {
  /** `POST /v1/migrations`. */
  register(customer: CustomerRegistration, origin: RegistrationOrigin): Promise<RegistrationResult>;
  /** Where an import's rows go. A dry run writes nothing. */
  importTarget(importId: string, dryRun: boolean): ImportTarget;
}

export function createRegistration({ intake, ...parts }: RegistrationOptions): Registration {
  return {
    async register(customer, origin) {
      const result = await registerCustomer(parts, customer, origin);
      if (result.kind === 'registered') await intake.releaseFor(customer.customerTenantId);
      return result;
    },
    importTarget: (importId, dryRun) => ({
      async register(customer, rows) {
        const outcomes = await registerRows(parts, { importId, customer, rows, dryRun });
        if (!dryRun && outcomes.some(({ outcome }) => outcome === 'accepted')) await intake.releaseFor(customer.customerTenantId);
        return outcomes;
      },
    }),
  };
}
