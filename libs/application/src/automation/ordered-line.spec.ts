import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Line, Migration } from '#migration';
import type { OrderStatus } from '#partner-center';
import { orderedLine } from './ordered-line.ts';

type OrderLine = OrderStatus['lines'][number];

const SEATS = 5;
const ITEM = 'NEW:0001:AV1';
const ORDER = 'order 1';

/** A migration of equal lines that share one order, as far as its lines are told apart. */
class EqualLines {
  #lines: readonly Line[];

  constructor(count: number) {
    this.#lines = Array.from(
      { length: count },
      (_, index) =>
        ({
          originalSubscriptionId: String(index),
          chosen: { catalogItem: ITEM, seats: SEATS },
          order: { orderId: ORDER },
          subscription: null,
        }) as unknown as Line,
    );
  }

  /** Looks at the order for one line, and records what it finds there as `follow-order` does. */
  follow(index: number, lines: readonly OrderLine[]): void {
    const line = this.#lines[index]!;
    if (!line.order || line.subscription) return;
    const own = orderedLine(line, { lines: this.#lines } as Migration, { orderId: ORDER, createdAt: null, status: 'completed', lines });
    if (own?.fulfilment === 'failed') this.#put(index, { order: null });
    if (own?.fulfilment === 'fulfilled' && own.subscriptionId !== null)
      this.#put(index, { subscription: { subscriptionId: own.subscriptionId } as Line['subscription'] });
  }

  #put(index: number, change: Partial<Line>): void {
    this.#lines = this.#lines.map((line, at) => (at === index ? { ...line, ...change } : line));
  }

  get subscriptions(): readonly string[] {
    return this.#lines.flatMap(({ subscription }) => subscription?.subscriptionId ?? []).sort();
  }

  get failed(): number {
    return this.#lines.filter(({ order }) => order === null).length;
  }
}

type Fate = 'failed' | 'fulfilled';

/** What the order shows of a line once so many of its steps have come: nothing, fulfilled but unnamed, then its end. */
function shown(lineNumber: number, fate: Fate, step: number): OrderLine {
  const line = { lineNumber, catalogItem: ITEM, quantity: SEATS, subscriptionId: null };
  if (step === 0) return { ...line, fulfilment: 'unfulfilled' };
  if (fate === 'failed') return { ...line, fulfilment: 'failed' };
  return { ...line, fulfilment: 'fulfilled', subscriptionId: step === 1 ? null : `S${lineNumber}` };
}

describe('which line of an order is whose, where several buy the same', () => {
  test.each([
    ['in their order', [0, 1]],
    ['the other way round', [1, 0]],
  ])('the first has failed, followed %s: one line gets the seats, the other is bought again', (_, order) => {
    const migration = new EqualLines(2);
    for (const index of order) migration.follow(index, [shown(0, 'failed', 2), shown(1, 'fulfilled', 2)]);
    expect([migration.subscriptions, migration.failed]).toEqual([['S1'], 1]);
  });

  test('nobody is told that it failed for as long as what is pending may still be its own', () => {
    const migration = new EqualLines(2);
    migration.follow(0, [shown(0, 'failed', 2), shown(1, 'fulfilled', 1)]);
    expect([migration.subscriptions, migration.failed]).toEqual([[], 0]);
  });

  test('whatever fails, whenever it shows, and whoever is followed when: every subscription has one line, every failure another', () => {
    const story = fc.integer({ min: 1, max: 5 }).chain((count) =>
      fc.record({
        fates: fc.array(fc.constantFrom<Fate>('failed', 'fulfilled'), { minLength: count, maxLength: count }),
        acts: fc.array(fc.record({ does: fc.constantFrom('show', 'follow'), at: fc.nat({ max: count - 1 }) }), { maxLength: 40 }),
        last: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
      }),
    );
    fc.assert(
      fc.property(story, ({ fates, acts, last }) => {
        const migration = new EqualLines(fates.length);
        const steps = fates.map(() => 0);
        const order = (): OrderLine[] => fates.map((fate, lineNumber) => shown(lineNumber, fate, steps[lineNumber]!));
        for (const { does, at } of acts) {
          if (does === 'show') steps[at]! += 1;
          else migration.follow(at, order());
        }
        steps.fill(2);
        for (const index of last) migration.follow(index, order());
        const bought = fates.flatMap((fate, lineNumber) => (fate === 'fulfilled' ? [`S${lineNumber}`] : []));
        expect([migration.subscriptions, migration.failed]).toEqual([bought, fates.length - bought.length]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
