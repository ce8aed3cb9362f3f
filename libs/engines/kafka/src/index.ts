export { kafkaClient, type KafkaOptions } from './kafka-client.ts';
export { KafkaEngineError } from './kafka-engine-error.ts';
export { openKafkaMessageBus, type KafkaMessageBusOptions } from './kafka-message-bus.ts';
export { createKafkaTopics, type TopicsReport, type TopicDifference } from './create-topics.ts';
export { VALUE_ENCODING } from './received-message.ts';
