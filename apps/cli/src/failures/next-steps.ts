import type { Problem } from '../api-client/problem.ts';

const BY_CODE: Readonly<Record<string, string>> = {
  'no-refund-not-acknowledged': 'Add --acknowledge-no-refund if that is wanted; to let it expire costs nothing: --by expiry.',
  'on-hold': 'Lift the hold first: cutover resume <customer>',
  'not-on-hold': 'It is not on hold: cutover show <customer> tells where it stands.',
  'not-accepted':
    'The customer has to accept the invitation first: cutover show <customer> has its link; cutover request <customer> sends it again.',
  'relationship-removed': 'The customer has to accept again: cutover show <customer> has the invitation’s link.',
  'request-open': 'An invitation is out already: cutover show <customer> tells since when, and has its link.',
  'target-unmapped': 'Choose what is bought: cutover choose-target <customer> --catalog-item <product:sku:availability>',
  'catalog-item-unknown': 'Take a catalog item as Partner Center lists it, like CFQ7TTC0LF8Q:0001:CFQ7TTC0K18P.',
  'migration-closed': 'A declined or lapsed one is revived by: cutover request <customer>',
  'seat-pool-exceeded': 'Choose fewer seats or another offer: cutover choose-target; cutover plan <customer> shows the limits.',
  'seats-out-of-range': 'cutover plan <customer> shows the limits that are hit.',
  'idempotency-key-reused': 'Run the command again: each run has a key of its own.',
};

/** What a person can do now; `undefined` where the problem says it all. */
export function nextStepOf({ code, status }: Problem, retryAfter: number | null): string | undefined {
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (code === 'not-registered-then') return undefined;
  if (code === 'not-found')
    return 'The service does not know this address: it may be of another version than this command line, or something else listens there.';
  if (status === 404) return 'cutover list shows what there is; --q looks for a name, a domain or a tenant.';
  if (status === 412) return 'It changed in the meantime: look at it again with cutover show, then repeat the command.';
  if (retryAfter !== null) return `Try again in ${retryAfter} s.`;
  if (status >= 500)
    return 'cutover cannot mend this: GET /health/ready on the service tells which part of it fails, and its log tells why.';
  return undefined;
}
