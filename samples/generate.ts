/**
 * Writes `customers.csv` (an import of 200 made-up customers) and `customer-behaviour.json` (for each customer tenant the body
 * of the simulator's `PUT /control/customers/{tenantId}`) beside itself. Run with `node samples/generate.ts`; always the same
 * files. Dates suit a clock that is driven from 2026-12-01T08:00:00Z on.
 */
import { writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { companies } from './company-names.ts';
import { sampleCustomers, type SampleCustomer, type SampleLine } from './customers.ts';
import { Random } from './random.ts';

const CUSTOMERS = 200;
const random = new Random(20_261_201);
const customers = sampleCustomers(random, companies(random, CUSTOMERS));

function rowOf(customer: SampleCustomer, line: SampleLine): Record<string, string | number> {
  return {
    customer_tenant_id: customer.tenantId,
    customer_name: customer.name,
    customer_domain: customer.domain,
    country: customer.country,
    contact_email: customer.contactEmail ?? '',
    original_subscription_id: line.subscriptionId,
    program: line.program,
    offer_name: line.offerName,
    sku_id: line.skuId,
    seats: line.seats,
    term_end: line.termEnd,
    auto_renew: String(line.autoRenew),
    target_catalog_item: line.target?.catalogItem ?? '',
    target_sku_id: line.target?.skuId ?? '',
    target_seats: line.target?.seats ?? '',
    wave: customer.wave,
  };
}

function behaviourOf({ name, domain, country, contactEmail, invitation, answersAfter, users, lines }: SampleCustomer): unknown {
  const originals = lines.map(({ subscriptionId, skuId, seats, termEnd, autoRenew, atEnd, program }) => ({
    ...{ subscriptionId, skuId, seats, termEnd, autoRenew, atEnd, program },
  }));
  return { name, domain, country, contactEmail, invitation, answersAfter, users, directoryAccess: 'with-acceptance', originals };
}

const rows = customers.flatMap((customer) => customer.lines.map((line) => rowOf(customer, line)));
writeFileSync(new URL('customers.csv', import.meta.url), stringify(rows, { header: true }));

const behaviour = Object.fromEntries(customers.map((customer) => [customer.tenantId, behaviourOf(customer)]));
writeFileSync(new URL('customer-behaviour.json', import.meta.url), `${JSON.stringify(behaviour, null, 1)}\n`);

console.log(`${customers.length} customers with ${rows.length} subscriptions`);
