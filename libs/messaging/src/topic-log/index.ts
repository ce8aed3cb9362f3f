export { checkMessages, MessageBusError } from './message-checks.ts';
export { partitionOf } from './partition-of.ts';
export type { Lane, TopicLog } from './topic-log.ts';
export { TopicLogBus } from './topic-log-bus.ts';
export { RejectedLanes, type RetryPause } from './rejected-lanes.ts';
