import { describe } from '@jest/globals';
import { describeAppending } from './append-cases.ts';
import { describeWhatIsKept } from './durability-cases.ts';
import { describeExpectedRevisions } from './expected-revision-cases.ts';
import type { EventStoreEngine } from './harness.ts';
import { describeReading } from './read-cases.ts';
import { describeRepeatedAppends } from './repeated-append-cases.ts';
import { describeSubscriptions } from './subscription-cases.ts';

/** Registers the cases that every engine's `EventStore` must pass. */
export function describeEventStore(name: string, engine: EventStoreEngine): void {
  describe(`event store: ${name}`, () => {
    describeAppending(engine);
    describeExpectedRevisions(engine);
    describeRepeatedAppends(engine);
    describeReading(engine);
    describeSubscriptions(engine);
    describeWhatIsKept(engine);
  });
}
