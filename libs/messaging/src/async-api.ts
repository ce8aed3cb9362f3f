import { z } from 'zod';
import { INCOMING_CONTRACTS } from './incoming/contracts.ts';
import { MIGRATION_STATUS_TYPE } from './outgoing/public-messages.ts';
import { TOPICS } from './topics.ts';

export interface AsyncApiOptions {
  readonly version: string;
  /** The types of the public migration events. */
  readonly migrationEventTypes: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** The messages of the service as an AsyncAPI 3.0 document, made from the schemas that read and write them. */
export function asyncApiDocument({ version, migrationEventTypes }: AsyncApiOptions): Json {
  const messages = [
    ...INCOMING_CONTRACTS.map(({ type, topic, data }) => ({
      type,
      topic,
      data: z.toJSONSchema(data, { io: 'input', target: 'draft-7' }),
    })),
    ...migrationEventTypes.map((type) => ({
      type,
      topic: TOPICS.migrationEvents,
      data: { type: 'object', description: "As in the migration's history, without personal data." },
    })),
    {
      type: MIGRATION_STATUS_TYPE,
      topic: TOPICS.migrationStatus,
      data: { type: 'object', description: 'The latest summary of the migration, as GET /v1/migrations lists it.' } as Json,
    },
  ];
  const incoming = new Set(INCOMING_CONTRACTS.map(({ topic }) => topic));
  const topics = [...new Set(messages.map(({ topic }) => topic))];
  const ofTopic = (topic: string) => messages.filter((message) => message.topic === topic);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'cutover',
      version,
      description:
        'CloudEvents 1.0 in JSON, structured or binary. `source` and `id` identify a message; any order and any repetition leads to the same end.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(
      topics.map((topic) => [
        topic,
        {
          address: topic,
          description: DESCRIPTIONS[topic],
          messages: Object.fromEntries(ofTopic(topic).map(({ type }) => [type, { $ref: `#/components/messages/${type}` }])),
        },
      ]),
    ),
    operations: Object.fromEntries(
      topics.map((topic) => [
        `${incoming.has(topic) ? 'receive' : 'send'}-${topic}`,
        {
          action: incoming.has(topic) ? 'receive' : 'send',
          channel: { $ref: `#/channels/${topic}` },
          messages: ofTopic(topic).map(({ type }) => ({ $ref: `#/channels/${topic}/messages/${type}` })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        messages.map(({ type, data }) => [
          type,
          { name: type, contentType: 'application/cloudevents+json', payload: envelopeOf(type, data) },
        ]),
      ),
    },
  };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  [TOPICS.customerRelationships]: "The customers' answers to reseller requests. Key: customer tenant id.",
  [TOPICS.originalSubscriptions]: 'What becomes of the subscriptions bought in the old programs. Key: customer tenant id.',
  [TOPICS.migrationEvents]: 'Every public migration event, in stream order for each migration. Key: migration id.',
  [TOPICS.migrationStatus]: 'Compacted: the latest summary of each migration. Key: migration id.',
};

function envelopeOf(type: string, data: Json): Json {
  const { $schema: _, ...schema } = data;
  return {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'data'],
    properties: {
      specversion: { const: '1.0' },
      id: { type: 'string', minLength: 1 },
      source: { type: 'string', format: 'uri-reference', minLength: 1 },
      type: { const: type },
      subject: { type: 'string' },
      time: { type: 'string', format: 'date-time' },
      datacontenttype: { const: 'application/json' },
      data: schema,
    },
  };
}
