/** Topics of the contract (§4). */
export const TOPICS = {
  customerRelationships: 'customer-relationships',
  originalSubscriptions: 'original-subscriptions',
  migrationEvents: 'migration-events',
  migrationStatus: 'migration-status',
} as const;

export const INCOMING_TOPICS: readonly string[] = [TOPICS.customerRelationships, TOPICS.originalSubscriptions];

export function deadLetterTopicOf(topic: string): string {
  return `${topic}.dead-letter`;
}
