import './idle-connections.ts';
import kafkajs, { type Kafka, type SASLOptions } from 'kafkajs';

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** A login; absent where the brokers ask for none. */
  readonly login?: {
    readonly username: string;
    readonly password: string;
    /** Default `plain`, which is to be used with TLS only. */
    readonly mechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  };
  readonly tls?: boolean;
  /** How the brokers' own logs and metrics name this service. */
  readonly clientId?: string;
}

export interface Attempts {
  readonly retries: number;
  readonly initialRetryTime: number;
  readonly maxRetryTime: number;
}

/** Enough for a connection that was closed while nobody used it. What lasts longer is waited out by whoever asked. */
export const FEW_ATTEMPTS: Attempts = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };
/** About ten seconds: a partition, or a group, gets another broker meanwhile, and a consumer keeps its place. */
export const ATTEMPTS_WITH_A_LEADER_GONE: Attempts = { retries: 8, initialRetryTime: 100, maxRetryTime: 2_000 };

const CONNECTS_WITHIN_MS = 3_000;

/**
 * A client for one use. Never for two: kafkajs keeps the committed offsets of a group in the client, and two consumers
 * of a group would clear each other's.
 */
export function kafkaClient({ brokers, login, tls = false, clientId = 'cutover' }: KafkaOptions): Kafka {
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    ssl: tls,
    ...(login && { sasl: saslOf(login) }),
    connectionTimeout: CONNECTS_WITHIN_MS,
    retry: FEW_ATTEMPTS,
    // What fails is told by whoever it fails for, with what to do about it.
    logLevel: kafkajs.logLevel.NOTHING,
  });
}

/** One case each: kafkajs ties a mechanism to the shape of its settings. */
function saslOf({ mechanism = 'plain', username, password }: NonNullable<KafkaOptions['login']>): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
