import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { describeMessageBus, describeWithEngine } from '#conformance';
import { openKafkaMessageBus } from './kafka-message-bus.ts';
import { OwnTopics } from './own-topics-for-spec.ts';

// A group that is shared out anew takes seconds, and longer on a machine that does much else.
jest.setTimeout(60_000);

describeWithEngine('KAFKA_BROKERS', (address) => {
  const brokers = address.split(',');
  describeMessageBus('kafka', {
    capabilities: { durable: true },
    async open() {
      const prefix = `spec-${randomUUID()}-`;
      const openBus = () =>
        new OwnTopics(
          openKafkaMessageBus({
            brokers,
            retryPause: { firstMs: 1, longestMs: 5 },
            fetchWaitMs: 50,
            rebuildAfter: { baseMs: 50, capMs: 200 },
          }),
          brokers,
          prefix,
        );
      let bus = openBus();
      return {
        bus,
        reopen: async () => {
          await bus.close();
          bus = openBus();
          return bus;
        },
        close: () => bus.close(),
      };
    },
  });
});
