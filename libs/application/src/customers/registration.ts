import { derivedId, type Clock, type Position } from '#kernel';
import {
  isOpen,
  migrationIdOf,
  migrationStreamOf,
  type LineRegistration,
  type Migration,
  type MigrationPolicy,
  type MigrationRefusal,
} from '#migration';
import type { MigrationCommands } from './customer-migrations.ts';

/** One customer with its lines, as `POST /v1/migrations` and an import give it. */
export interface CustomerRegistration {
  readonly customerTenantId: string;
  readonly customerName: string;
  readonly customerDomain: string;
  readonly country: string;
  readonly contactEmail: string | null;
  readonly wave: string | null;
  readonly lines: readonly LineRegistration[];
}

export interface RegistrationOrigin {
  /** Whoever repeats a registration repeats its id, and gets the first answer again. */
  readonly commandId: string;
  readonly actor: string;
}

export type RegistrationResult =
  | {
      readonly kind: 'registered';
      readonly migrationId: string;
      readonly migration: Migration;
      readonly revision: number;
      readonly position: Position;
      readonly repeated: boolean;
    }
  /** The customer has one that is neither completed nor closed. */
  | { readonly kind: 'open'; readonly migrationId: string; readonly migration: Migration }
  | { readonly kind: 'refused'; readonly refusal: MigrationRefusal };

export interface RegistrationParts {
  readonly commands: MigrationCommands;
  readonly partnerTenantId: string;
  /** Recorded with every migration that is registered from now on. */
  readonly policy: MigrationPolicy;
  readonly clock: Clock;
}

/**
 * Registers a customer in the first of its streams that is free: a new one begins only when the one before is completed
 * or closed. Two who register the same customer meet in the same stream, where the log lets one of them begin.
 */
export async function registerCustomer(
  parts: RegistrationParts,
  customer: CustomerRegistration,
  origin: RegistrationOrigin,
): Promise<RegistrationResult> {
  const { commands, partnerTenantId, policy, clock } = parts;
  for (let generation = 0; ; generation += 1) {
    const migrationId = migrationIdOf(partnerTenantId, customer.customerTenantId, generation);
    const outcome = await commands.execute(migrationStreamOf(migrationId), {
      id: derivedId('register', origin.commandId),
      command: { type: 'RegisterMigration', at: clock.now(), migrationId, partnerTenantId, policy, ...customer },
      actor: origin.actor,
      correlationId: migrationId,
    });
    if (outcome.kind === 'applied') {
      const { revision, position, repeated } = outcome;
      return { kind: 'registered', migrationId, migration: outcome.state!, revision, position, repeated };
    }
    if (outcome.kind === 'stale') throw new Error('a registration names no revision');
    if (outcome.refusal.code !== 'already-registered') return { kind: 'refused', refusal: outcome.refusal };
    if (isOpen(outcome.state!)) return { kind: 'open', migrationId, migration: outcome.state! };
  }
}
