import fc from 'fast-check';
import { type Day, type Instant, dayOf, plusDays } from '#kernel';
import { DEFAULT_POLICY, type LineRegistration, PROGRAMS, type Target } from '../index.ts';
import { OTHER_SKU, SKU, at, target } from '../migrations-for-spec.ts';
import type { AtEnd } from './outside-for-spec.ts';

export const POOLED_SKU = 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46';

export interface ScriptedLine {
  readonly line: LineRegistration;
  readonly atEnd: AtEnd;
  readonly users: number;
  /** What the catalog answers; null = it has no offer for the line. */
  readonly target: Target | null;
}

/** One thing that happens to a migration. Numbers named `pick` choose among what there is then. */
export type Move =
  | { readonly kind: 'time'; readonly hours: number }
  | { readonly kind: 'next' }
  | { readonly kind: 'work'; readonly pick: number; readonly fault: Fault; readonly delay: boolean }
  | { readonly kind: 'reply'; readonly pick: number }
  | { readonly kind: 'message'; readonly pick: number }
  | { readonly kind: 'repeat'; readonly pick: number; readonly late: boolean }
  | { readonly kind: 'customer'; readonly does: CustomerDoes; readonly pick: number; readonly days: number }
  | { readonly kind: 'person'; readonly does: PersonDoes; readonly pick: number; readonly days: number }
  | { readonly kind: 'unfit'; readonly pick: number };

/** `crash`: the outside has acted, and nobody was left to write it down. */
export type Fault = 'none' | 'crash' | 'refused' | 'partial' | 'line-error' | 'order-fails' | 'short' | 'interrupted' | 'gives-up';
const FAULTS: readonly Fault[] = ['crash', 'crash', 'refused', 'partial', 'line-error', 'order-fails', 'short', 'interrupted', 'gives-up'];
/** `other-end`: the term ends on another day than was registered. `come-back`: what had ended is renewed late. `hire`: one more user gets a license. */
export const CUSTOMER_DOES = ['accept', 'accept', 'decline', 'remove', 'cancel', 'other-end', 'come-back', 'hire'] as const;
export type CustomerDoes = (typeof CUSTOMER_DOES)[number];
export const PERSON_DOES = [
  'hold',
  'hold-until',
  'resume',
  'retry',
  'withdraw',
  'provision',
  'provision-one',
  'choose-target',
  'expiry',
  'cancellation',
  'cancellation-unacknowledged',
  'request',
  'register-anew',
  'add-line',
  'add-seats',
] as const;
export type PersonDoes = (typeof PERSON_DOES)[number];

export interface Script {
  readonly start: Instant;
  readonly contactEmail: string | null;
  readonly lines: readonly ScriptedLine[];
  /** Lines that a person may add later. */
  readonly further: readonly ScriptedLine[];
  /** How far everything goes well before the moves begin. */
  readonly begins: 'registered' | 'invited' | 'accepted' | 'bought' | 'ended';
  readonly moves: readonly Move[];
}

const starts = ['2026-03-20T09:30:00Z', '2026-12-01T09:30:00Z'].map(at);

function scriptedLine(
  start: Instant,
): fc.Arbitrary<Omit<ScriptedLine, 'line'> & { line: Omit<LineRegistration, 'originalSubscriptionId'> }> {
  return fc
    .record({
      program: fc.constantFrom(...PROGRAMS),
      skuId: fc.constantFrom(SKU, POOLED_SKU),
      seats: fc.integer({ min: 1, max: 220 }),
      endsIn: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) },
        { weight: 1, arbitrary: fc.integer({ min: -110, max: -1 }) },
      ),
      autoRenew: fc.boolean(),
      atEnd: fc.constantFrom<AtEnd | null>(null, null, null, 'expire', 'renew', 'extend'),
      users: fc.nat(4),
      match: fc.constantFrom('same', 'same', 'different', 'fewer', 'too-many', 'none'),
    })
    .map(({ program, skuId, seats, endsIn, autoRenew, atEnd, users, match }) => {
      const termEnd: Day = dayOf(plusDays(start, endsIn));
      const targetSku = match === 'different' ? OTHER_SKU : skuId;
      const wanted = match === 'fewer' ? Math.max(1, Math.floor(seats / 2)) : seats;
      const limits = {
        minimumSeats: 1,
        maximumSeats: match === 'too-many' ? seats - 1 : 300,
        seatPool: targetSku === POOLED_SKU ? 300 : null,
      };
      return {
        line: { program, offerName: 'Business offer', skuId, seats, termEnd, autoRenew, target: null },
        atEnd: atEnd ?? (autoRenew ? 'renew' : 'expire'),
        users: Math.min(users, seats, wanted),
        target: match === 'none' ? null : target({ skuId: targetSku, seats: wanted, ...limits }),
      };
    });
}

const pick = fc.nat(50);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('time' as const), hours: fc.constantFrom(0, 1, 6, 24, 48, 120, 400) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'next' as const }) },
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('work' as const),
      pick,
      fault: fc.oneof({ weight: 3, arbitrary: fc.constant<Fault>('none') }, { weight: 2, arbitrary: fc.constantFrom(...FAULTS) }),
      delay: fc.constantFrom(false, false, false, false, true),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reply' as const), pick }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('message' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), pick, late: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('customer' as const), does: fc.constantFrom(...CUSTOMER_DOES), pick, days: fc.nat(6) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('person' as const),
      does: fc.constantFrom(...PERSON_DOES.filter((does) => does !== 'withdraw')),
      pick,
      days: fc.nat(40),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unfit' as const), pick }) },
);

/** One history in four is withdrawn somewhere on the way: were it one of the moves, it would cut most of them short. */
const moves = fc
  .array(move, { minLength: 20, maxLength: 70, size: 'max' })
  .chain((all) =>
    fc
      .tuple(fc.nat(3), fc.nat(all.length))
      .map(([withdrawn, index]): readonly Move[] =>
        withdrawn > 0 ? all : [...all.slice(0, index), { kind: 'person', does: 'withdraw', pick: 0, days: 0 }, ...all.slice(index)],
      ),
  );

export const scripts: fc.Arbitrary<Script> = fc.constantFrom(...starts).chain((start) =>
  fc
    .record({
      contactEmail: fc.constantFrom('admin@contoso.com', 'admin@contoso.com', null),
      lines: fc.array(scriptedLine(start), { minLength: 1, maxLength: 3 }),
      further: fc.array(scriptedLine(start), { maxLength: 1 }),
      begins: fc.constantFrom(
        'registered' as const,
        'invited' as const,
        'accepted' as const,
        'accepted' as const,
        'bought' as const,
        'ended' as const,
      ),
      moves,
    })
    .map(({ lines, further, ...rest }) => {
      const named = [...lines, ...further].map(({ line, ...scripted }, index) => ({
        ...scripted,
        line: { ...line, originalSubscriptionId: `original-${index}` },
      }));
      return { ...rest, start, lines: named.slice(0, lines.length), further: named.slice(lines.length) };
    }),
);

export const POLICY = DEFAULT_POLICY;

/**
 * How many histories a property sees, and from which seed. A failure prints its seed and path; `FC_SEED=<seed>` (and
 * `FC_PATH=<path>`) runs it again, `FC_RUNS=<n>` looks longer.
 */
export function runs(count: number): fc.Parameters<unknown> {
  const { FC_SEED, FC_PATH, FC_RUNS } = process.env;
  return {
    numRuns: FC_RUNS ? Number(FC_RUNS) : count,
    ...(FC_SEED ? { seed: Number(FC_SEED) } : {}),
    ...(FC_PATH ? { path: FC_PATH, endOnFailure: true } : {}),
  };
}
