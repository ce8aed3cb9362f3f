import type { Company } from './company-names.ts';
import {
  ADD_ONS,
  BUSINESS_BASIC,
  BUSINESS_PREMIUM,
  BUSINESS_STANDARD,
  EXCHANGE_PLAN_1,
  MICROSOFT_E3,
  MICROSOFT_E5,
  OFFICE_E3,
  RETIRED,
  UPGRADES,
  type Offer,
} from './offers.ts';
import type { Random } from './random.ts';

export interface SampleLine {
  readonly subscriptionId: string;
  readonly program: string;
  readonly offerName: string;
  readonly skuId: string;
  readonly seats: number;
  readonly termEnd: string;
  readonly autoRenew: boolean;
  readonly atEnd: 'expire' | 'renew' | 'extend';
  readonly target?: { readonly catalogItem?: string; readonly skuId?: string; readonly seats?: number };
}

export interface SampleCustomer extends Company {
  readonly tenantId: string;
  readonly contactEmail: string | null;
  readonly wave: string;
  readonly invitation: 'accept' | 'decline' | 'silent';
  readonly answersAfter: string;
  readonly users: number;
  readonly lines: readonly SampleLine[];
}

/** What a customer is a sample of. */
type Kind =
  | 'same'
  | 'different'
  | 'near-pool'
  | 'over-pool'
  | 'two-in-pool'
  | 'unmapped'
  | 'no-mail'
  | 'soon'
  | 'renews'
  | 'extends'
  | 'silent'
  | 'declines';

/** How many customers of each kind; the rest move to the offer that they have. */
const KINDS: readonly (readonly [Kind, number])[] = [
  ['different', 44],
  ['near-pool', 5],
  ['over-pool', 4],
  ['two-in-pool', 1],
  ['unmapped', 4],
  ['no-mail', 4],
  ['soon', 8],
  ['renews', 4],
  ['extends', 2],
  ['silent', 12],
  ['declines', 8],
];

/** Of small-business offers a tenant may hold 300 seats, the original's and the target's together. */
const NEAR_POOL_SEATS = [140, 145, 148, 149, 150];
const OVER_POOL_SEATS = [151, 180, 220, 290];
/** License writes take one call for each user: few enough for a demo of a minute. */
const MOST_USERS_TO_REASSIGN = 60;

const SMALL_PROGRAMS = ['web-direct', 'web-direct', 'open', 'syndication', 'csp-legacy', 'csp-other-partner'];
const LARGE_PROGRAMS = ['ea', 'ea', 'mpsa', 'open-value', 'web-direct', 'csp-other-partner'];
const SMALL_OFFERS = [BUSINESS_BASIC, BUSINESS_STANDARD, BUSINESS_PREMIUM, EXCHANGE_PLAN_1];
const LARGE_OFFERS = [OFFICE_E3, MICROSOFT_E3, MICROSOFT_E5];
const WAVES = ['wave-1', 'wave-2', 'wave-3', 'wave-4', ''];
const MAILBOXES = ['it', 'admin', 'office', 'info', 'licensing'];

const FIRST_DAY = Date.UTC(2026, 11, 1);
const DAY_MS = 86_400_000;
/** Days after the first: the demo's year holds every end. */
const SOONEST_END = 21;
const LATEST_END = 359;

export function sampleCustomers(random: Random, companies: readonly Company[]): SampleCustomer[] {
  const special = KINDS.flatMap(([kind, count]) => Array.from({ length: count }, (_, nth): { kind: Kind; nth: number } => ({ kind, nth })));
  const rest = Array.from({ length: companies.length - special.length }, (_, nth): { kind: Kind; nth: number } => ({ kind: 'same', nth }));
  const kinds = random.shuffled([...special, ...rest]);
  return companies.map((company, index) => customer(random, company, kinds[index]!.kind, kinds[index]!.nth, index));
}

function customer(random: Random, company: Company, kind: Kind, nth: number, index: number): SampleCustomer {
  const lines = linesOf(random, kind, nth);
  const seats = lines[0]!.seats;
  const mailDomain = /^[a-z0-9.-]+$/.test(company.domain) ? company.domain : 'angstrom-maleri.example';
  return {
    ...company,
    tenantId: random.guid(),
    contactEmail: kind === 'no-mail' ? null : `${random.pick(MAILBOXES)}@${mailDomain}`,
    wave: index < 10 ? 'pilot' : random.pick(WAVES),
    invitation: kind === 'silent' ? 'silent' : kind === 'declines' ? 'decline' : 'accept',
    answersAfter: kind === 'soon' ? `PT${random.between(12, 30)}H` : answersAfter(random),
    users: kind === 'different' ? seats : Math.max(1, Math.round(seats * (0.7 + 0.3 * random.next()))),
    lines,
  };
}

/** Half a day to ten days. */
function answersAfter(random: Random): string {
  return random.chance(0.3) ? `PT${random.between(12, 36)}H` : `P${random.between(1, 10)}D`;
}

function linesOf(random: Random, kind: Kind, nth: number): SampleLine[] {
  const first = firstLine(random, kind, nth);
  if (kind === 'two-in-pool') return [first, { ...first, subscriptionId: random.guid(), seats: 80, termEnd: day(random.between(60, 200)) }];
  const more = random.chance(0.29) ? random.between(1, 3) : 0;
  const addOns = random.shuffled(ADD_ONS).slice(0, more);
  return [first, ...addOns.map((offer) => addOnLine(random, first, offer))];
}

function firstLine(random: Random, kind: Kind, nth: number): SampleLine {
  switch (kind) {
    case 'near-pool':
      return heldLine(random, random.pick([BUSINESS_BASIC, BUSINESS_STANDARD, BUSINESS_PREMIUM]), NEAR_POOL_SEATS[nth]!, 'web-direct');
    case 'over-pool':
      return heldLine(random, random.pick([BUSINESS_BASIC, BUSINESS_STANDARD, BUSINESS_PREMIUM]), OVER_POOL_SEATS[nth]!, 'web-direct');
    case 'two-in-pool':
      return heldLine(random, BUSINESS_PREMIUM, 100, 'csp-other-partner');
    case 'unmapped':
      return heldLine(random, RETIRED[nth % RETIRED.length]!, random.between(10, 80), random.pick(['open', 'web-direct', 'csp-legacy']));
    case 'different':
      return changedLine(random, nth);
    case 'soon':
      return { ...usualLine(random), termEnd: day(9 + (nth % 6)), autoRenew: false, atEnd: 'expire' };
    case 'renews':
      return { ...usualLine(random), autoRenew: true, atEnd: 'renew' };
    case 'extends':
      return { ...usualLine(random), program: 'web-direct', autoRenew: false, atEnd: 'extend' };
    case 'silent':
    case 'declines': {
      const line = usualLine(random);
      return { ...line, atEnd: line.autoRenew ? 'renew' : 'expire' };
    }
    case 'same':
    case 'no-mail':
      return usualLine(random);
  }
}

/** The same offer again; every third customer is a large one. */
function usualLine(random: Random): SampleLine {
  return random.chance(0.33)
    ? heldLine(random, random.pick(LARGE_OFFERS), random.between(80, 900), random.pick(LARGE_PROGRAMS))
    : heldLine(random, random.pick(SMALL_OFFERS), random.between(3, 120), random.pick(SMALL_PROGRAMS));
}

/** Another offer: every user gets the new license and gives up the old one. The target is named in each way that a file may. */
function changedLine(random: Random, nth: number): SampleLine {
  const [from, to] = UPGRADES[nth % UPGRADES.length]!;
  const seats = random.between(4, MOST_USERS_TO_REASSIGN);
  const line = heldLine(random, from, seats, random.pick(['web-direct', 'open', 'open-value', 'ea', 'syndication']));
  const { catalogItem, skuId } = to;
  const target = [{ catalogItem, skuId }, { skuId }, { catalogItem }, { catalogItem, skuId, seats: seats + random.between(1, 5) }][
    nth % 4
  ]!;
  return { ...line, target };
}

function heldLine(random: Random, offer: Omit<Offer, 'catalogItem'>, seats: number, program: string): SampleLine {
  return {
    subscriptionId: random.guid(),
    program,
    offerName: offer.name,
    skuId: offer.skuId,
    seats,
    termEnd: day(random.between(SOONEST_END, LATEST_END)),
    autoRenew: random.chance(0.4),
    // Customers follow the advice and switch auto-renewal off before the end.
    atEnd: 'expire',
  };
}

/** Bought in the same program, often with the same end, for some of the users. */
function addOnLine(random: Random, first: SampleLine, offer: Offer): SampleLine {
  const { program, atEnd, autoRenew } = first;
  const line = heldLine(random, offer, Math.max(1, Math.ceil(first.seats * 0.4 * random.next())), program);
  const together = random.chance(0.6) || atEnd !== 'expire';
  return together ? { ...line, termEnd: first.termEnd, autoRenew, atEnd } : line;
}

function day(daysAfterFirst: number): string {
  return new Date(FIRST_DAY + daysAfterFirst * DAY_MS).toISOString().slice(0, 10);
}
