import { describeMessageBus } from '#conformance';
import { MemoryMessageBus } from './memory-message-bus.ts';

describeMessageBus('memory', {
  capabilities: { durable: false },
  async open() {
    const bus = new MemoryMessageBus({ firstMs: 1, longestMs: 5 });
    return { bus, close: () => bus.close() };
  },
});
