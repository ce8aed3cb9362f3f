import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, endOfDay, plusDays } from '#kernel';
import { type Line, type Migration, isOpen, originalFrom, relationshipFrom, toDosOf } from '../index.ts';
import { agrees } from './agreement-for-spec.ts';
import { runs, scripts } from './histories-for-spec.ts';
import { Living } from './living-for-spec.ts';

describe('rule 1: nothing is ordered before acceptance, and nothing twice', () => {
  test('a purchase begins only for an accepted customer, and for lines that have no order', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living(script, ({ before, events }) => {
          for (const event of events) {
            if (event.type !== 'migration.provisioning-started.v1') continue;
            const relationship = relationshipFrom(before!.relationshipFacts);
            agrees(
              [relationship.status, relationship.removedSince, before!.hold, before!.withdrawn, before!.purchase],
              ['accepted', null, null, null, null],
            );
            for (const item of event.data.lines) {
              const line = before!.lines.find((known) => known.originalSubscriptionId === item.originalSubscriptionId)!;
              agrees([line.order, line.subscription], [null, null]);
            }
          }
        }).live();
      }),
      runs(200),
    );
  });

  test('whatever crashes, fails or comes late, a line has at most one living order outside', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living(script, ({ outside, after }) => {
          for (const line of after.lines) {
            const bought = outside.boughtFor(line.originalSubscriptionId);
            agrees(bought.length <= 1, true);
            if (line.order) agrees(outside.orderOf(line.order.orderId, line.originalSubscriptionId) === undefined, false);
            if (bought.length > 0) agrees(bought[0]!.quantity, line.chosen!.seats);
          }
        }).live();
        living.calm(40);
      }),
      runs(200),
    );
  });
});

describe('rule 9: a person may withdraw', () => {
  test('unless a cart waits for an answer that is being asked for, or that can still come', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living(script).live();
        const { outside } = living;
        const withdraw = (): boolean => living.issue({ type: 'Withdraw', at: outside.now, reason: 'stays' }).length > 0;
        living.issue({ type: 'Resume', at: outside.now });
        if (!isOpen(living.migration) || withdraw()) return;
        agrees(living.migration.purchase?.cartId === null, false);
        if (toDosOf(living.migration).some(({ kind }) => kind === 'check-out')) return;
        outside.moveTo(plusDays(outside.now, 7));
        agrees(withdraw(), true);
      }),
      runs(200),
    );
  });
});

/** Independent of the rule's own code: what the customer is known to hold of a SKU at a moment. */
function heldOf(skuId: string, migration: Migration, now: Instant): number {
  const runsStill = (line: Line): boolean => {
    const original = originalFrom(line);
    if (original.endedAt) return original.endedAt > now;
    return line.autoRenew || original.state !== 'active' || endOfDay(original.termEnd) > now;
  };
  return migration.lines.reduce((seats, line) => {
    const target = line.chosen?.skuId === skuId && (line.order || line.subscription) ? line.chosen.seats : 0;
    return seats + target + (line.skuId === skuId && runsStill(line) ? line.seats : 0);
  }, 0);
}

describe('a migration that has a successor', () => {
  test('buys nothing any more, and stays closed where it was', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living(script, ({ before, after, events }) => {
          if (!before?.supersededBy) return;
          agrees(
            events.some(({ type }) => type === 'migration.provisioning-started.v1'),
            false,
          );
          if (!isOpen(before) && !before.completedAt) agrees(isOpen(after), false);
        })
          .live()
          .calm(40);
      }),
      runs(200),
    );
  });
});

describe('rule 2: seats stay within the SKU’s limits and its pool', () => {
  test('for every line of every purchase, the original’s own seats counted while both run', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living(script, ({ before, events, command }) => {
          for (const event of events) {
            if (event.type !== 'migration.provisioning-started.v1') continue;
            const taken = new Map<string, number>();
            for (const item of event.data.lines) {
              const { chosen } = before!.lines.find((line) => line.originalSubscriptionId === item.originalSubscriptionId)!;
              agrees(item.quantity >= chosen!.minimumSeats, true);
              agrees(item.quantity <= chosen!.maximumSeats, true);
              const sum = (taken.get(chosen!.skuId) ?? 0) + item.quantity;
              taken.set(chosen!.skuId, sum);
              if (chosen!.seatPool !== null) agrees(sum + heldOf(chosen!.skuId, before!, command.at) <= chosen!.seatPool, true);
            }
          }
        }).live();
      }),
      runs(200),
    );
  });
});
