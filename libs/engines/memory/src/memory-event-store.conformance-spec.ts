import { describeEventStore } from '#conformance';
import { MemoryEventStore } from './memory-event-store.ts';

describeEventStore('memory', {
  capabilities: { durable: false, firstPosition: false, idsAcrossStreams: true, largestEvent: 1024 * 1024, largestAppend: 10_000 },
  async open() {
    const store = new MemoryEventStore();
    return { store, close: () => store.close() };
  },
});
