import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, plusDays, plusMs, startOfDay } from '#kernel';
import {
  type CoverageInterval,
  type LineItem,
  type Migration,
  type MigrationEvent,
  type Program,
  closedAt,
  gapOf,
  isOpen,
  lineIsComplete,
  migrationViewOf,
  originalFrom,
  overlapOf,
  relationshipFrom,
  toDosOf,
} from '../index.ts';
import { NATURAL_END, TERM_END } from '../migrations-for-spec.ts';
import { agrees } from './agreement-for-spec.ts';
import { POLICY, runs, scripts } from './histories-for-spec.ts';
import { Living } from './living-for-spec.ts';

const ANY = { updatedAt: '2026-01-01T00:00:00.000Z' as Instant, version: 0 };

function coverageIn(migration: Migration, now: Instant): readonly LineItem[] {
  return migrationViewOf(migration, ANY, now).lineItems;
}

function missing(coverage: readonly CoverageInterval[], now: Instant): CoverageInterval | undefined {
  return coverage.find(({ by, from }) => by === 'none' && from <= now);
}

/** What the gap and overlap events have told, as a reader of the history would count it. */
class Told {
  readonly foreseen = new Map<string, Instant>();
  readonly open = new Map<string, Instant>();
  readonly closed = new Map<string, readonly [Instant, Instant]>();
  readonly overlaps = new Map<string, Instant>();

  hear(event: MigrationEvent): void {
    switch (event.type) {
      case 'migration.gap-foreseen.v1': {
        const { originalSubscriptionId: of, start } = event.data;
        agrees(this.open.has(of), false);
        if (event.data.end === null) agrees(isDeepStrictEqual(this.foreseen.get(of), start), false);
        this.foreseen.set(of, start);
        return;
      }
      case 'migration.gap-opened.v1':
        agrees(this.open.has(event.data.originalSubscriptionId), false);
        this.foreseen.delete(event.data.originalSubscriptionId);
        this.open.set(event.data.originalSubscriptionId, event.data.start);
        return;
      case 'migration.gap-closed.v1': {
        const { originalSubscriptionId: of, start, end } = event.data;
        agrees(this.open.get(of) ?? this.closed.get(of)?.[0], start);
        this.open.delete(of);
        this.closed.set(of, [start, end!]);
        return;
      }
      case 'migration.gap-averted.v1': {
        const { originalSubscriptionId: of, start } = event.data;
        agrees([this.foreseen.get(of), this.open.get(of), this.closed.get(of)?.[0]].includes(start), true);
        this.foreseen.delete(of);
        this.open.delete(of);
        this.closed.delete(of);
        return;
      }
      case 'migration.overlap-opened.v1':
        agrees(this.overlaps.has(event.data.originalSubscriptionId), false);
        this.overlaps.set(event.data.originalSubscriptionId, event.data.start);
        return;
      case 'migration.overlap-closed.v1': {
        const { originalSubscriptionId: of, start, end, days, cost, seats } = event.data;
        agrees(this.overlaps.get(of), start);
        agrees(end >= start, true);
        agrees(Math.abs((Date.parse(end) - Date.parse(start)) / 86_400_000 - days) <= 0.051, true);
        // The spec's targets cost 20 a seat and month.
        agrees(cost !== null && cost >= 0, true);
        if (days === 0) agrees(cost, 0);
        agrees(seats > 0, true);
        this.overlaps.delete(of);
        return;
      }
      default:
    }
  }
}

describe('rule 6: coverage', () => {
  test('is told from registration on without a hole, each interval another than the one before', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living(script, ({ after, events, outside }) => {
          if (events.length === 0) return;
          for (const [index, { coverage }] of coverageIn(after, outside.now).entries()) {
            const stopsAt = closedAt(after);
            const start = after.lines[index]!.registeredAt;
            if (stopsAt !== null && stopsAt <= start) {
              agrees(coverage, []);
              continue;
            }
            agrees(coverage[0]?.from, start);
            agrees(coverage.at(-1)?.to, stopsAt);
            coverage.slice(1).forEach((interval, later) => {
              const before = coverage[later]!;
              agrees(before.to, interval.from);
              agrees(interval.from > before.from, true);
              agrees(isDeepStrictEqual([interval.by, interval.grace, interval.planned], [before.by, before.grace, before.planned]), false);
            });
          }
        });
        living.live();
      }),
      runs(150),
    );
  });

  test('a gap is told once when it is foreseen, opens, closes or is averted, and as coverage shows it', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const told = new Told();
        const living = new Living(script, ({ command, after, events, outside: { now } }) => {
          events.forEach((event) => told.hear(event));
          // A command that was long on its way tells what held when it was given: the rest is told by the next one.
          if (events.length === 0 || command.at < now) return;
          coverageIn(after, now).forEach(({ originalSubscriptionId: of, coverage }, index) => {
            const line = after.lines[index]!;
            const ended = originalFrom(line).endedAt !== null || (!line.autoRenew && originalFrom(line).state === 'active');
            const none = missing(coverage, now);
            const ofPast = none && (none.to === null || none.to > none.from) ? none : undefined;
            if (ofPast && ended) {
              const known = told.closed.get(of) ?? [told.open.get(of), null];
              agrees(known[0], ofPast.from);
              if (line.subscription || closedAt(after)) agrees(known[1], ofPast.to);
            } else if (!ofPast) {
              // A gap that opens at this very moment has no length to be shown yet.
              agrees([undefined, now].includes(told.open.get(of)), true);
              agrees(told.closed.get(of), undefined);
            }
            // Whatever is not told yet and comes by the calendar alone has its to-do.
            if (isOpen(after) && coverage.some(({ by }) => by === 'none') && ended && !told.open.has(of) && !told.closed.has(of)) {
              agrees(
                toDosOf(after).some((toDo) => toDo.kind === 'assess-coverage' && toDo.originalSubscriptionId === of),
                true,
              );
            }
          });
        });
        living.live().calm(40);
      }),
      runs(200),
    );
  });

  test('a gap is foreseen at the latest when nothing that could prevent it is on its way any more', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const told = new Told();
        const living = new Living(script, ({ command, after, events, outside: { now } }) => {
          events.forEach((event) => told.hear(event));
          if (events.length === 0 || command.at < now || !isOpen(after)) return;
          const stopped = after.hold !== null || relationshipFrom(after.relationshipFacts).removedSince !== null;
          for (const line of after.lines) {
            const { originalSubscriptionId: of, order, subscription } = line;
            const gap = gapOf(line);
            const hangs = order ? plusDays(order.placedAt, POLICY.safetyDays) <= now : stopped;
            if (!gap || subscription || !hangs || plusDays(gap.start, -POLICY.safetyDays) > now) continue;
            agrees(told.foreseen.get(of) ?? told.open.get(of), gap.start);
          }
        });
        living.live().calm(40);
      }),
      runs(200),
    );
  });

  test('an overlap is open exactly while the target is active and the original has not been reported to have ended', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const told = new Told();
        const living = new Living(script, ({ after, events }) => {
          events.forEach((event) => told.hear(event));
          for (const line of after.lines) {
            const runsTwice = overlapOf(line) !== null && closedAt(after) === null && originalFrom(line).endedAt === null;
            agrees(told.overlaps.has(line.originalSubscriptionId), runsTwice);
          }
        });
        living.live().calm(40);
      }),
      runs(150),
    );
  });
});

/** Facts §8.2 and §8.3, told once more: days for which users work on after a natural end. */
function graceDays(program: Program, termEnd: string): number {
  if (program === 'ea') return 90;
  if (program === 'open' || program === 'open-value') return 30;
  return (program === 'web-direct' || program === 'csp-other-partner') && termEnd < '2026-05-04' ? 30 : 0;
}

describe('rules 7 and 8: what follows a natural end', () => {
  test('is a grace by the dated table of the program, from the end of the last whole UTC day on', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living({ ...script, begins: 'registered' }, ({ after, events, outside }) => {
          if (events.length === 0) return;
          coverageIn(after, outside.now).forEach(({ coverage, program }, index) => {
            const line = after.lines[index]!;
            const original = originalFrom(line);
            if (original.state === 'cancelled' || original.endedAt !== null) return;
            const natural = plusDays(startOfDay(original.termEnd), 1);
            const out = plusDays(natural, graceDays(program as Program, original.termEnd));
            for (const { from, to, by, grace } of coverage) {
              const runs = original.state === 'extended' || from < natural;
              if (by === 'original')
                agrees([runs, grace ?? false], [grace !== true, from >= natural && from < out && original.state !== 'extended']);
              if (by === 'both') agrees(runs, true);
              if (by === 'none') agrees(from >= out, true);
              if (by === 'original' && original.state !== 'extended') agrees(to === null || to <= out, true);
            }
          });
        }).live();
      }),
      runs(150),
    );
  });

  test('a report of any hour of the last day or later ends it with that day', () => {
    fc.assert(
      fc.property(scripts, fc.integer({ min: 0, max: 24 * 90 }), ({ lines: [scripted] }, hours) => {
        const { line } = scripted!;
        const at = new Date(Date.parse(startOfDay(line.termEnd)) + hours * 3_600_000).toISOString() as Instant;
        const original = originalFrom({ termEnd: line.termEnd, originalFacts: [{ kind: 'expired', at, key: 'k', termEnd: null }] });
        expect(original).toMatchObject({ state: 'expired', termEnd: line.termEnd, endedAt: plusDays(startOfDay(line.termEnd), 1) });
      }),
      runs(200),
    );
  });
});

describe('an original that was extended', () => {
  test('has not ended where its term would have, whenever the extension was told', () => {
    const hours = (from: number, to: number) => fc.integer({ min: from * 24, max: to * 24 });
    fc.assert(
      fc.property(hours(-3, 10), hours(11, 90), fc.boolean(), (extended, expired, oldEnd) => {
        const termEnd = TERM_END;
        const [extendedAt, expiredAt] = [extended, expired].map((count) => plusMs(NATURAL_END, count * 3_600_000));
        const originalFacts = [
          { kind: 'extended', at: extendedAt!, key: 'a', termEnd: null },
          { kind: 'expired', at: expiredAt!, key: 'b', termEnd: oldEnd ? termEnd : null },
        ] as const;
        expect(originalFrom({ termEnd, originalFacts })).toMatchObject({ state: 'expired', endedAt: expiredAt });
      }),
      runs(200),
    );
  });
});

describe('rule 9: completion', () => {
  test('comes with the last line whose target covers seats and users and whose original has ended, at once, and not before', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living(script, ({ before, after, events, outside }) => {
          const done = after.lines.every((line) => {
            const bought = outside.boughtFor(line.originalSubscriptionId).reduce((seats, order) => seats + order.active, 0);
            const swapped = line.chosen?.skuId === line.skuId || (line.reassignment?.completedAt ?? null) !== null;
            return line.subscription !== null && bought >= line.chosen!.seats && swapped && originalFrom(line).endedAt !== null;
          });
          if (after.completedAt) agrees(done, true);
          const open = closedAt(after) === null && after.purchase === null;
          if (events.length > 0 && open && after.lines.every(lineIsComplete)) agrees(after.completedAt === null, false);
          if (before?.completedAt && !after.completedAt) agrees(events.map((event) => event.type).includes('migration.reopened.v1'), true);
          if (after.withdrawn) agrees(after.completedAt, null);
        });
        living.live().calm(40);
      }),
      runs(200),
    );
  });
});
