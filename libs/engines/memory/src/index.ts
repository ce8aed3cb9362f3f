export { MemoryEventStore } from './memory-event-store.ts';
export { MemoryMessageBus } from './memory-message-bus.ts';
