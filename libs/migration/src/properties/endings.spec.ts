import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, daysBetween, endOfDay, plusDays } from '#kernel';
import { type EndingFact, type EndingFacts, type Line, originalFrom } from '../index.ts';
import { agrees } from './agreement-for-spec.ts';
import { POLICY, runs, scripts } from './histories-for-spec.ts';
import { Living, type Step } from './living-for-spec.ts';

/** Independent of the rule's own code: the facts that do not hold, in the order of the rule. */
function failing(line: Line, facts: EndingFacts, by: 'expiry' | 'cancellation', now: Instant): readonly EndingFact[] {
  const end = endOfDay(originalFrom(line).termEnd);
  const leaves =
    by === 'expiry'
      ? plusDays(now, POLICY.endBufferDays) <= end
      : line.subscription !== null && plusDays(line.subscription.activeAt, POLICY.endBufferDays) <= now;
  const swapped = line.chosen?.skuId === line.skuId || (line.reassignment?.completedAt ?? null) !== null;
  const holds: readonly (readonly [EndingFact, boolean])[] = [
    ['target-active', facts.targetActive && line.subscription !== null],
    ['same-customer', facts.sameCustomer],
    ['seats-sufficient', facts.activeSeats >= (line.chosen?.seats ?? line.seats)],
    ['users-licensed', facts.unlicensedUsers === 0 && swapped],
    ['original-active', facts.originalActive],
    ['dates-leave-buffer', leaves],
  ];
  return holds.filter(([, held]) => !held).map(([fact]) => fact);
}

function lineBefore({ before }: Step, originalSubscriptionId: string): Line {
  return before!.lines.find((line) => line.originalSubscriptionId === originalSubscriptionId)!;
}

describe('rule 3: nobody is told to end an original before the six facts are read back', () => {
  test('a clearance needs all six, and a refusal names the first that failed', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living(script, (step) => {
          const { command, events, decision } = step;
          if (command.type === 'RecordEndingCheck') {
            const line = lineBefore(step, command.originalSubscriptionId);
            const failed = failing(line, command.facts, line.endChoice?.by ?? 'expiry', command.at);
            for (const event of events) {
              if (event.type === 'migration.ending-cleared.v1') agrees(failed, []);
              if (event.type === 'migration.ending-refused.v1') agrees(event.data.fact, failed[0]);
            }
          }
          if (command.type === 'ChooseOriginalEnd' && command.by === 'cancellation' && command.acknowledgeNoRefund && command.facts) {
            const failed = failing(lineBefore(step, command.originalSubscriptionId), command.facts, 'cancellation', command.at);
            if (events.some((event) => event.type === 'migration.original-end-chosen.v1')) agrees(failed, []);
            if (decision.kind === 'refused' && failed.includes(decision.refusal.code as EndingFact))
              agrees(decision.refusal.code, failed[0]);
          }
        }).live();
      }),
      runs(200),
    );
  });

  test('the customer is advised only while the last word on the facts is a clearance of the original as it stands', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        /** By line: the original that the last clearance spoke of. */
        const cleared = new Map<string, string>();
        const living = new Living(script, ({ before, events, after }) => {
          for (const event of events) {
            if (event.type === 'migration.ending-cleared.v1') {
              cleared.set(
                event.data.originalSubscriptionId,
                JSON.stringify(
                  originalFrom(after.lines.find((line) => line.originalSubscriptionId === event.data.originalSubscriptionId)!),
                ),
              );
            }
            if (event.type === 'migration.ending-refused.v1') cleared.delete(event.data.originalSubscriptionId);
            if (event.type === 'migration.end-advised.v1') {
              const line = before!.lines.find((known) => known.originalSubscriptionId === event.data.originalSubscriptionId)!;
              agrees(cleared.get(line.originalSubscriptionId), JSON.stringify(originalFrom(line)));
            }
          }
        });
        living.live().calm(40);
      }),
      runs(150),
    );
  });
});

describe('rule 4: a cancellation forfeits days without a refund', () => {
  test('only with an acknowledgement, and with the days that are forfeited; to let it expire is the default', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        new Living(script, (step) => {
          const { command, events, after } = step;
          const chosen = events.find((event) => event.type === 'migration.original-end-chosen.v1');
          if (command.type === 'ChooseOriginalEnd' && command.by === 'cancellation' && !command.acknowledgeNoRefund)
            agrees(chosen, undefined);
          if (chosen?.data.by === 'cancellation') {
            const days = daysBetween(command.at, endOfDay(originalFrom(lineBefore(step, chosen.data.originalSubscriptionId)).termEnd));
            agrees(chosen.data.daysForfeited, Math.max(0, Math.ceil(days)));
          }
          for (const line of after.lines)
            if (line.endChoice?.by === 'cancellation') agrees(line.endChoice.chosenAt <= step.outside.now, true);
          if (command.type !== 'ChooseOriginalEnd') agrees(chosen, undefined);
        }).live();
      }),
      runs(200),
    );
  });
});
