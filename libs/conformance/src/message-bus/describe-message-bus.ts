import { describe } from '@jest/globals';
import { describeDelivery } from './delivery-cases.ts';
import { describeGroups } from './group-cases.ts';
import type { MessageBusEngine } from './harness.ts';
import { describeResuming } from './resume-cases.ts';

/** Registers the cases that every engine's `MessageBus` must pass. */
export function describeMessageBus(name: string, engine: MessageBusEngine): void {
  describe(`message bus: ${name}`, () => {
    describeDelivery(engine);
    describeGroups(engine);
    describeResuming(engine);
  });
}
