import type { Message } from '../message-bus.ts';
import { STRUCTURED } from './event-message.ts';

export interface DeadLetterFault {
  /** Stable code of why nobody here can use it. */
  readonly reason: string;
  readonly detail: string;
  readonly attempts: number;
}

/** A message that cannot be applied, as it came, with why in further headers (contract §4, `<topic>.dead-letter`). */
export function deadLetterMessage({ key, headers, value }: Message, { reason, detail, attempts }: DeadLetterFault): Message {
  return { key, headers: { ...headers, reason, detail, attempts: String(attempts) }, value };
}

/** One event of a message that holds several, as a message of its own. */
export function messageOfOne({ key }: Message, payload: unknown): Message {
  return { key, headers: STRUCTURED, value: JSON.stringify(payload) };
}
