import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { type Day, type Instant, dayOf, plusDays, plusMs } from '#kernel';
import { type MigrationCommand, migrationViewOf, stageOf, toDosOf } from '../index.ts';
import { A, B, START, Story, line } from '../migrations-for-spec.ts';
import { agrees } from './agreement-for-spec.ts';
import { runs } from './histories-for-spec.ts';

const DAYS = 60;
/** Few moments, so that facts often meet in one. */
const moment = fc.constantFrom(-3, 0, 1, 2, 5, 20, 31, 31.25, 32, 40).map((days) => plusDays(START, days));
const termEnd = fc.constantFrom<Day | null>(
  null,
  null,
  dayOf(plusDays(START, 28)),
  dayOf(plusDays(START, 30)),
  dayOf(plusDays(START, 395)),
);

const relationshipFact = fc.record({
  type: fc.constantFrom(
    'RecordAcceptance' as const,
    'RecordAcceptance' as const,
    'RecordDecline' as const,
    'RecordRelationshipRemoved' as const,
  ),
  occurredAt: moment,
  id: fc.nat(3),
});
const originalFact = fc.record({
  type: fc.constant('RecordOriginalChange' as const),
  originalSubscriptionId: fc.constantFrom(A, A, B),
  change: fc.constantFrom('expiring' as const, 'expired' as const, 'cancelled' as const, 'renewed' as const, 'extended' as const),
  occurredAt: moment,
  termEnd,
  id: fc.nat(3),
});

/** The messages with their keys: two of one key are one message, so the later ones are dropped here. */
const messages = fc
  .array(fc.oneof(relationshipFact, originalFact), { minLength: 1, maxLength: 6 })
  .map((facts) => facts.map(({ id, ...fact }, index) => ({ ...fact, at: START, key: `/source/${id} ${index}` })));

/** Where the migration stands when the messages begin to arrive. */
const beginnings: Readonly<Record<string, () => Story>> = {
  registered: () => new Story().registered({ lines: [line(), line({ originalSubscriptionId: B, autoRenew: true })] }),
  invited: () => beginnings['registered']!().matched().invited(),
  lapsed: () => beginnings['invited']!().later(30).do({ type: 'LapseInvitation' }),
  ordered: () => beginnings['invited']!().accepted(plusMs(START, 1000)).on('2026-12-27').bought(),
  provisioned: () => beginnings['ordered']!().provisioned(A).provisioned(B),
};

interface Arrival {
  readonly order: readonly MigrationCommand[];
  /** Days between one message and the next. */
  readonly pace: number;
}

/** Every message at least once, some of them twice, in any order; always begun and ended at the same moments. */
const arrivals = (facts: readonly MigrationCommand[]): fc.Arbitrary<Arrival> =>
  fc.record({
    order: fc
      .shuffledSubarray([...facts], { minLength: facts.length })
      .chain((order) => fc.subarray([...facts]).map((twice) => [...order, ...twice])),
    pace: fc.constantFrom(0, 0.5, 2),
  });

function viewAfter(begin: () => Story, { order, pace }: Arrival): unknown {
  const story = begin();
  const end = plusDays(START, DAYS);
  story.now = plusDays(START, 41);
  for (const fact of order) {
    story.do(fact);
    story.later(pace);
  }
  story.now = end;
  story.do({ type: 'AssessCoverage' });
  const {
    updatedAt: _,
    version: __,
    completedAt,
    ...view
  } = migrationViewOf(story.migration, { updatedAt: end, version: 0 }, end) as unknown as Record<string, unknown> & {
    completedAt: Instant | null;
  };
  return { ...view, completed: completedAt !== null };
}

describe('messages about the relationship and the originals', () => {
  test.each(Object.keys(beginnings))('lead to the same end in any order and any number, from %s on', (name) => {
    fc.assert(
      fc.property(
        messages.chain((facts) => fc.tuple(arrivals(facts), arrivals(facts))),
        ([one, other]) => {
          agrees(viewAfter(beginnings[name]!, other), viewAfter(beginnings[name]!, one));
        },
      ),
      runs(150),
    );
  });

  test('from before the registration lead to the same stage, whether they arrive before the invitation goes out or after', () => {
    const told = fc
      .array(relationshipFact, { minLength: 1, maxLength: 4 })
      .map((facts) =>
        facts.map(({ id, ...fact }, index) => ({ ...fact, occurredAt: plusDays(START, index - 30), key: `/source/${id} ${index}` })),
      );
    const stageAfter = (story: Story): string => {
      if (toDosOf(story.migration).some(({ kind }) => kind === 'send-invitation')) story.invited();
      return stageOf(story.migration);
    };
    fc.assert(
      fc.property(told, (facts) => {
        const before = new Story().registered().do(...facts);
        const after = new Story()
          .registered()
          .invited()
          .do(...facts);
        agrees(stageAfter(before), stageAfter(after));
      }),
      runs(100),
    );
  });
});
