import { type Day, type Instant, dayOf, plusDays, plusMs } from '#kernel';
import { type LineRegistration, PROGRAMS, type TargetWish } from '#migration';
import type { Chance } from './chance.ts';

/** License SKUs that the stand-in sells, with the catalog product that sells each. */
const OFFICE_E3 = { sku: '6fd2c87f-b296-42f0-b197-1e91e994b900', item: 'CFQ7TTC0LF8R:0001' };
const MICROSOFT_E3 = { sku: '05e9a617-0261-4cee-bb44-138d3ef5d965', item: 'CFQ7TTC0LFLX:0001' };
const MICROSOFT_E5_ITEM = 'CFQ7TTC0LFLZ:0002';
const EXCHANGE = { sku: '4b9405b0-7788-4568-add1-99614e613b69', item: 'CFQ7TTC0LH16:0001' };
const BUSINESS_PREMIUM = { sku: 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46', item: 'CFQ7TTC0LCHC:0002' };
const BUSINESS_STANDARD = { sku: 'f245ecc8-75af-4f8e-b61f-27d8114de5f3', item: 'CFQ7TTC0LDPB:0001' };
const POWER_BI = { sku: 'f8a1db68-be16-40ed-86d5-cb42ce701560', item: 'CFQ7TTC0H9MP:0001' };
/** Offers of the old programs that the catalog no longer sells. */
const UNSOLD = ['9c2f0e7a-4b61-4d0e-8a55-2f6f0f3f7d11', '1b7d1d52-8a1c-4b56-9d7e-6c6a9e0a5c22', '5f4a0c3d-3a0b-4a53-8f6e-8a1f6f0b7d33'];

export const POOLED_SKUS: readonly string[] = [BUSINESS_PREMIUM.sku, BUSINESS_STANDARD.sku];
export const POOL = 300;
/** What happens happens on the hour: the fewer moments there are, the more can be simulated. */
const HOUR_MS = 3_600_000;

export interface SimulatedLine {
  readonly registration: LineRegistration;
  readonly atEnd: 'expire' | 'renew' | 'extend';
  /** What is to be bought for it. */
  readonly meant: { readonly skuId: string; readonly seats: number };
  /** No target is known from the start: a person chooses this one. */
  readonly personChooses: string | null;
  /** What a person takes instead where the pool is full. */
  readonly insteadOfPool: string;
  /** The customer turns recurring billing off when it is told that it may. */
  readonly followsAdvice: boolean;
}

export type ActName =
  'accept' | 'decline' | 'remove-relationship' | 'cancel-original' | 'hold' | 'resume' | 'withdraw' | 'request-reseller' | 'provision';

/** Something that the customer, or a person at the partner, does of its own accord. */
export interface Act {
  readonly at: Instant;
  readonly does: ActName;
  readonly subscriptionId?: string;
  readonly until?: Instant;
}

export interface SimulatedCustomer {
  readonly tenant: string;
  readonly name: string;
  readonly domain: string;
  readonly contactEmail: string | null;
  readonly users: number;
  readonly registeredAt: Instant;
  readonly invitation: 'accept' | 'decline' | 'silent';
  readonly answersAfter: string;
  readonly directoryAccess: 'with-acceptance' | 'P3D';
  readonly lines: readonly SimulatedLine[];
  readonly acts: readonly Act[];
}

interface Dates {
  readonly start: Instant;
  /** Days over which customers are registered. */
  readonly registering: number;
}

function termEndOf(chance: Chance, registeredAt: Instant): Day {
  const when = chance.weighted({ past: 7, soon: 12, usual: 66, late: 15 });
  const days = {
    past: () => -chance.between(1, 100),
    soon: () => chance.between(0, 8),
    usual: () => chance.between(9, 55),
    late: () => chance.between(56, 80),
  };
  return dayOf(plusDays(registeredAt, days[when]()));
}

interface Offering {
  readonly skuId: string;
  readonly target: TargetWish | null;
  readonly seats: number;
  readonly meant: string;
  readonly personChooses: string | null;
}

/** What was bought before, and what replaces it. Lines of one customer differ in their SKUs. */
function offeringsOf(chance: Chance, index: number): Offering {
  const small = chance.between(2, 12);
  const from = [OFFICE_E3, BUSINESS_PREMIUM, EXCHANGE][index]!;
  const pooled = from === BUSINESS_PREMIUM && chance.happens(0.5);
  const seats = pooled ? chance.between(100, 220) : small;
  const other = pooled ? BUSINESS_STANDARD : [MICROSOFT_E3, MICROSOFT_E3, POWER_BI][index]!;
  switch (chance.weighted({ same: 50, named: 10, different: 25, unmapped: 15 })) {
    case 'same':
      return { skuId: from.sku, target: null, seats, meant: from.sku, personChooses: null };
    case 'named':
      return {
        skuId: from.sku,
        target: { catalogItem: `${from.item}:CFQ7TTC0ANY0`, skuId: null, seats: seats + chance.between(0, 2) },
        seats,
        meant: from.sku,
        personChooses: null,
      };
    case 'different':
      return {
        skuId: from.sku,
        target: { catalogItem: null, skuId: other.sku, seats: null },
        seats,
        meant: other.sku,
        personChooses: null,
      };
    case 'unmapped':
      return { skuId: UNSOLD[index]!, target: null, seats: small, meant: other.sku, personChooses: other.item };
  }
}

function lineOf(chance: Chance, index: number, registeredAt: Instant): SimulatedLine {
  const { skuId, target, seats, meant, personChooses } = offeringsOf(chance, index);
  const autoRenew = chance.happens(0.4);
  return {
    registration: {
      originalSubscriptionId: chance.id(),
      program: chance.pick(PROGRAMS),
      offerName: 'Business offer',
      skuId,
      seats,
      termEnd: termEndOf(chance, registeredAt),
      autoRenew,
      target,
    },
    atEnd: chance.happens(0.06) ? 'extend' : autoRenew ? 'renew' : 'expire',
    meant: { skuId: meant, seats: target?.seats ?? seats },
    personChooses,
    insteadOfPool: MICROSOFT_E5_ITEM,
    followsAdvice: chance.happens(0.9),
  };
}

/** How the customer answers, with everything that may come in between. */
function answerOf(chance: Chance, registeredAt: Instant): Pick<SimulatedCustomer, 'invitation' | 'answersAfter' | 'acts'> {
  const days = (from: number, to: number): Instant =>
    plusMs(plusDays(registeredAt, chance.between(from, to)), chance.between(0, 23) * HOUR_MS);
  switch (chance.weighted({ soon: 62, late: 12, declined: 7, 'declined, then accepted': 5, silent: 7, 'silent, then accepted': 7 })) {
    case 'soon':
      return { invitation: 'accept', answersAfter: `PT${chance.between(0, 140)}H`, acts: [] };
    case 'late':
      return { invitation: 'accept', answersAfter: `P${chance.between(7, 40)}D`, acts: [] };
    case 'declined':
      return {
        invitation: 'decline',
        answersAfter: `P${chance.between(0, 12)}D`,
        acts: chance.happens(0.3) ? [{ at: days(14, 25), does: 'request-reseller' }] : [],
      };
    case 'declined, then accepted':
      return { invitation: 'decline', answersAfter: `P${chance.between(0, 5)}D`, acts: [{ at: days(6, 20), does: 'accept' }] };
    case 'silent':
      return {
        invitation: 'silent',
        answersAfter: 'P1D',
        acts: chance.happens(0.3) ? [{ at: days(32, 40), does: 'request-reseller' }] : [],
      };
    case 'silent, then accepted':
      return { invitation: 'silent', answersAfter: 'P1D', acts: [{ at: days(3, 45), does: 'accept' }] };
  }
}

function furtherActs(chance: Chance, registeredAt: Instant, lines: readonly SimulatedLine[]): Act[] {
  const days = (from: number, to: number): Instant =>
    plusMs(plusDays(registeredAt, chance.between(from, to)), chance.between(0, 23) * HOUR_MS);
  const acts: Act[] = [];
  if (chance.happens(0.08)) {
    const at = days(5, 50);
    acts.push({ at, does: 'remove-relationship' });
    if (chance.happens(0.6)) acts.push({ at: plusDays(at, chance.between(1, 15)), does: 'accept' });
  }
  if (chance.happens(0.07))
    acts.push({ at: days(2, 60), does: 'cancel-original', subscriptionId: chance.pick(lines).registration.originalSubscriptionId });
  if (chance.happens(0.08)) {
    const at = days(0, 45);
    if (chance.happens(0.5)) acts.push({ at, does: 'hold', until: plusDays(at, chance.between(1, 12)) });
    else acts.push({ at, does: 'hold' }, { at: plusDays(at, chance.between(1, 12)), does: 'resume' });
  }
  if (chance.happens(0.06)) acts.push({ at: days(0, 60), does: 'withdraw' });
  if (chance.happens(0.06)) acts.push({ at: days(3, 30), does: 'provision' });
  return acts;
}

export function drawCustomer(chance: Chance, { start, registering }: Dates): SimulatedCustomer {
  const tenant = chance.id();
  const registeredAt = plusMs(plusDays(start, chance.between(0, registering - 1)), chance.between(0, 3) * 6 * HOUR_MS);
  const lines = Array.from({ length: Number(chance.weighted({ 1: 60, 2: 30, 3: 10 })) }, (_, index) => lineOf(chance, index, registeredAt));
  const contactEmail = chance.happens(0.95) ? `admin@${tenant.slice(0, 8)}.example` : null;
  const answer = answerOf(chance, registeredAt);
  const byHand = contactEmail === null ? [{ at: plusDays(registeredAt, chance.between(1, 6)), does: 'accept' } as const] : [];
  return {
    tenant,
    name: `Customer ${tenant.slice(0, 8)}`,
    domain: `${tenant.slice(0, 8)}.example`,
    contactEmail,
    users: Math.min(chance.between(1, 6), ...lines.map((line) => Math.min(line.registration.seats, line.meant.seats))),
    registeredAt,
    ...answer,
    directoryAccess: chance.weighted({ 'with-acceptance': 96, P3D: 4 }),
    lines,
    acts: [...answer.acts, ...byHand, ...furtherActs(chance, registeredAt, lines)].sort((a, b) => (a.at < b.at ? -1 : 1)),
  };
}
