import type { Ending } from '../ending.ts';
import { judgeBooks, judgeWhole } from './bookkeeping.ts';
import { judgeCoverage } from './coverage.ts';
import { judgeLicenses } from './licenses.ts';
import { judgePurchases } from './purchases.ts';

/** Everything that must not be, each with the customer that it happened to. Empty = the run was as it should be. */
export function judge(ending: Ending): string[] {
  const { at } = ending;
  return [
    ...judgeWhole(ending),
    ...ending.customers.flatMap((customer) => {
      const name = `${customer.customer.tenant} (${customer.view.stage}${customer.view.needsAttention ? `, ${customer.view.needsAttention.code}` : ''})`;
      const found = [
        ...judgePurchases(customer, at),
        ...judgeLicenses(customer),
        ...judgeCoverage(customer, at),
        ...judgeBooks(customer, at),
      ];
      return found.map((wrong) => `${name}: ${wrong}`);
    }),
  ];
}
