export * from './message-bus.ts';
export * from './topic-log/index.ts';
export { asyncApiDocument, type AsyncApiOptions } from './async-api.ts';
export { cloudEventOf, type CloudEventJson, type IncomingEvent } from './incoming/cloud-event.ts';
export {
  INCOMING_CONTRACTS,
  type IncomingContract,
  type IncomingFact,
  type OriginalChange,
  originalTypeOf,
  type RelationshipChange,
  relationshipTypeOf,
} from './incoming/contracts.ts';
export { readBusMessage } from './incoming/read-bus-message.ts';
export { type FactReading, readFact } from './incoming/read-fact.ts';
export { type HttpHeaders, type HttpReading, readHttpEvents } from './incoming/read-http.ts';
export { deadLetterMessage, type DeadLetterFault, messageOfOne } from './outgoing/dead-letter.ts';
export type { OutgoingMode } from './outgoing/event-message.ts';
export {
  isPublicEvent,
  MIGRATION_STATUS_TYPE,
  migrationEventMessage,
  migrationStatusMessage,
  type PublicEventOptions,
  sourceOf,
} from './outgoing/public-messages.ts';
export { withoutPersonalData } from './outgoing/without-personal-data.ts';
export { type PlannedTopic, topicPlan, type TopicPlanOptions } from './topic-plan.ts';
export { deadLetterTopicOf, INCOMING_TOPICS, TOPICS } from './topics.ts';
export { type TraceContext, traceContextOf } from './trace-context.ts';
