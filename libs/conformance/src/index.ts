export { describeEventStore } from './event-store/describe-event-store.ts';
export type { EventStoreCapabilities, EventStoreEngine, OpenedEventStore } from './event-store/harness.ts';
export { describeMessageBus } from './message-bus/describe-message-bus.ts';
export type { MessageBusEngine, OpenedMessageBus } from './message-bus/harness.ts';
export { describeWithEngine, engineAddress } from './engine-address.ts';
