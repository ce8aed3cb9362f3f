import type { ApiClient } from '../api-client/api-client.ts';
import { ProblemAnswer } from '../api-client/problem.ts';
import type { Migration, Page, Summary } from '../api-client/shapes.ts';
import { UsageFault } from '../failures/usage-fault.ts';
import { onOneLine } from '../terminal/plain-text.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CLOSED = new Set(['completed', 'declined', 'lapsed', 'withdrawn']);
const SHOWN = 8;

function isUnknown(error: unknown): boolean {
  return error instanceof ProblemAnswer && error.problem.status === 404 && error.problem.code !== 'not-registered-then';
}

/** A customer may have moved before: the migration that still runs comes first, then the latest. */
function newestOf(found: readonly Summary[]): Summary {
  return [...found].sort((a, b) => Number(CLOSED.has(a.stage)) - Number(CLOSED.has(b.stage)) || (a.updatedAt < b.updatedAt ? 1 : -1))[0]!;
}

function named(text: string, { customerDomain, customerTenantId, customerName }: Summary): boolean {
  return [customerDomain, customerTenantId, customerName].some((name) => name.toLowerCase() === text.toLowerCase());
}

/**
 * The id of the migration that a person means: its id, the customer's tenant, domain or name, or a part of these that only
 * one customer has.
 * @throws Error when none or several are meant
 */
async function idOf(api: ApiClient, text: string): Promise<string> {
  const { items, nextCursor }: Page<Summary> = await api.get('/v1/migrations', { q: text, limit: 100 });
  const exact = items.filter((item) => named(text, item));
  const found = exact.length > 0 ? exact : items;
  if (found.length === 0) throw new Error(`no customer has "${text}" in its name, domain or tenant: cutover list shows all`);
  if (new Set(found.map((item) => item.customerTenantId)).size === 1) return newestOf(found).id;
  const several = found.slice(0, SHOWN).map((item) => `  ${item.customerDomain}  ${onOneLine(item.customerName)}  ${item.id}`);
  const more = found.length > SHOWN || nextCursor !== null ? ['  …'] : [];
  throw new Error([`"${text}" may be any of several customers: give a whole domain, tenant or id`, ...several, ...more].join('\n'));
}

/** The whole state of the migration that a person means, now or as it stood then. */
export async function findMigration(api: ApiClient, text: string, asOf?: string): Promise<Migration> {
  const query = { asOf };
  if (GUID.test(text)) {
    try {
      return await api.get(`/v1/migrations/${text.toLowerCase()}`, query);
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  }
  return api.get(`/v1/migrations/${await idOf(api, text)}`, query);
}

/** The line a person means: by its subscription id; needless where there is one only. */
export function lineOf({ lineItems, customerName }: Migration, line: string | undefined): string {
  if (line !== undefined) return line.toLowerCase();
  const [only, ...others] = lineItems;
  if (only && others.length === 0) return only.originalSubscriptionId;
  throw new UsageFault(
    [
      `${onOneLine(customerName)} has ${lineItems.length} lines: say which with --line`,
      ...lineItems.map((item) => `  ${item.originalSubscriptionId}  ${onOneLine(item.original.offerName)}, ${item.original.seats} seats`),
    ].join('\n'),
  );
}
