import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, plusDays } from '#kernel';
import { type Line, type Migration, attentionsOf, isOpen, lineIsComplete, originalFrom, relationshipFrom, toDosOf } from '../index.ts';
import { agrees } from './agreement-for-spec.ts';
import { POLICY, runs, scripts } from './histories-for-spec.ts';
import { Living } from './living-for-spec.ts';

/** Work that only looks, or that may move a part at a time, stays after an outcome. */
const GOES_ON = ['reassign-licenses', 'check-ending', 'watch-original'];

/** What moves an open line on: work, a person who is asked, or an end that is only waited for and watched. */
function isMoved(line: Line, migration: Migration, now: Instant): boolean {
  const toDos = toDosOf(migration);
  const has = (...kinds: readonly string[]): boolean =>
    toDos.some(
      (toDo) => kinds.includes(toDo.kind) && (toDo.originalSubscriptionId ?? line.originalSubscriptionId) === line.originalSubscriptionId,
    );
  if (lineIsComplete(line) || attentionsOf(migration, now).length > 0) return true;
  if (
    has(
      'match-offers',
      'send-invitation',
      'lapse-invitation',
      'start-purchase',
      'create-cart',
      'check-out',
      'follow-order',
      'reassign-licenses',
      'check-ending',
      'advise-end',
    )
  )
    return true;
  return line.subscription !== null && originalFrom(line).endedAt === null && has('watch-original');
}

describe('the work that is due', () => {
  test('always moves an open migration on, unless it is held or a person is asked', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living(script, ({ after, outside: { now } }) => {
          if (!isOpen(after) || after.hold) return;
          for (const line of after.lines)
            agrees([line.originalSubscriptionId, isMoved(line, after, now)], [line.originalSubscriptionId, true]);
        }).live();
      }),
      runs(150),
    );
  });

  test('has ids that are distinct, and the same whoever derives them', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living(script, ({ after }) => {
          const toDos = toDosOf(after);
          agrees(new Set(toDos.map(({ id }) => id)).size, toDos.length);
          // Read models keep the state as JSON.
          agrees(toDosOf(JSON.parse(JSON.stringify(after)) as Migration), toDos);
        }).live();
      }),
      runs(100),
    );
  });

  test('is gone, or due later, once its outcome is recorded', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living(script);
        const work = living.work.bind(living);
        living.work = (toDo, fault, delay) => {
          const before = living.state;
          work(toDo, fault, delay);
          if (living.state === before || fault === 'gives-up' || delay || GOES_ON.includes(toDo.kind)) return;
          if (living.migration.attentions !== before!.attentions) return;
          agrees(
            toDosOf(living.migration).filter(({ id, dueAt }) => id === toDo.id && dueAt === toDo.dueAt),
            [],
          );
        };
        living.live().calm(40);
      }),
      runs(100),
    );
  });

  test('never mails two reminders at one moment, and none once the lapse is due', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living({ ...script, begins: 'invited' });
        const work = living.work.bind(living);
        living.work = (toDo, fault, delay) => {
          const before = living.migration;
          work(toDo, fault, delay);
          if (toDo.kind !== 'send-reminder' || living.migration.invitation === before.invitation) return;
          const { now } = living.outside;
          agrees(now < plusDays(before.invitation!.sentAt, POLICY.lapseAfterDays), true);
          agrees(
            living.due().filter(({ kind }) => kind === 'send-reminder'),
            [],
          );
        };
        living.live().calm(40);
      }),
      runs(150),
    );
  });

  test('leads to the end by itself once nothing goes wrong any more, or to a person who is asked', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living({
          ...script,
          moves: script.moves.filter((move) => move.kind !== 'person' || move.does !== 'add-line'),
        }).live();
        if (living.migration.hold && isOpen(living.migration)) living.issue({ type: 'Resume', at: living.outside.now });
        living.calm(900);
        const { migration, outside } = living;
        if (!isOpen(migration) || attentionsOf(migration, outside.now).length > 0) return;
        // What is left waits for originals that the customer goes on with.
        agrees(relationshipFrom(migration.relationshipFacts).status, 'accepted');
        for (const line of migration.lines) {
          if (lineIsComplete(line)) continue;
          const { state, termEnd } = outside.originals.get(line.originalSubscriptionId)!;
          agrees([state, originalFrom(line).termEnd], [line.endChoice?.by === 'cancellation' ? state : 'active', termEnd]);
        }
      }),
      runs(100),
    );
  });
});
