import { z } from 'zod';
import type { CustomerBook } from './imported-customers.ts';

const known = z.object({ described: z.boolean() });

/** The customers of a stand-in that runs alone, over its control. */
export function customerBookAt(url: string): CustomerBook {
  const addressOf = (tenantId: string): URL => new URL(`/control/customers/${tenantId}`, url);
  return {
    async isDescribed(tenantId) {
      const answer = await fetch(addressOf(tenantId));
      const body: unknown = await answer.json();
      if (answer.status === 404) return false;
      if (!answer.ok) throw new Error(`the simulator answered ${answer.status} when it was asked for customer ${tenantId}`);
      return known.parse(body).described;
    },
    async describeCustomers(descriptions) {
      for (const [tenantId, description] of descriptions) {
        const answer = await fetch(addressOf(tenantId), {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(description),
        });
        const told = await answer.text();
        if (!answer.ok) throw new Error(`the simulator does not take customer ${tenantId}: ${told}`);
      }
    },
  };
}
