export { describeEventStore } from './event-store/describe-event-store.ts';
export type { EventStoreCapabilities, EventStoreEngine, OpenedEventStore } from './event-store/harness.ts';
