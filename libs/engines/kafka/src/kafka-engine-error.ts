import { MessageBusError } from '#messaging';

/** A failure of the brokers, or of how they are spoken to. `code` is stable; the message says what to do next. */
export class KafkaEngineError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'KafkaEngineError';
    this.code = code;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const UNREACHABLE = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSLockTimeout',
  // What kafkajs runs into where no broker of those that it knew answers any more.
  'TypeError',
]);

/** What kafkajs threw, as something that its reader can act on. `doing` names what was tried. */
export function brokerFailure(error: unknown, doing: string): KafkaEngineError | MessageBusError {
  if (error instanceof KafkaEngineError || error instanceof MessageBusError) return error;
  const causes = causesOf(error);
  const said = messageOf(causes.at(-1));
  const types = causes.map(({ type }) => type ?? '');
  if (types.includes('MESSAGE_TOO_LARGE') || types.includes('RECORD_LIST_TOO_LARGE')) {
    return new MessageBusError(
      'message-too-large',
      `${doing}: the broker takes no message as large (${said}); raise the topic's max.message.bytes`,
    );
  }
  if (types.includes('UNKNOWN_TOPIC_OR_PARTITION')) {
    return new KafkaEngineError(
      'topic-missing',
      `${doing}: a topic does not exist; \`npm run topics\` creates what the service needs`,
      error,
    );
  }
  if (types.some((type) => type.endsWith('_AUTHORIZATION_FAILED'))) {
    return new KafkaEngineError('broker-access-denied', `${doing}: the brokers do not allow it (${said}); give this user the right`, error);
  }
  if (causes.some(({ name }) => name === 'KafkaJSSASLAuthenticationError') || types.includes('SASL_AUTHENTICATION_FAILED')) {
    return new KafkaEngineError(
      'broker-login-refused',
      `${doing}: the brokers refused the login; check KAFKA_USERNAME and KAFKA_PASSWORD`,
      error,
    );
  }
  if (causes.some(({ name }) => UNREACHABLE.has(name))) {
    return new KafkaEngineError(
      'broker-unreachable',
      `${doing}: no broker answers (${said}); check KAFKA_BROKERS, KAFKA_TLS and the network`,
      error,
    );
  }
  return new KafkaEngineError('broker-failed', `${doing}: ${said}`, error);
}

interface Cause {
  readonly name: string;
  readonly message: string;
  readonly type?: string;
}

/** From what was thrown down to what it began with. */
function causesOf(error: unknown): readonly (Error & Cause)[] {
  const causes: (Error & Cause)[] = [];
  for (let at = error; at instanceof Error && !causes.includes(at); at = at.cause) causes.push(at);
  return causes;
}
