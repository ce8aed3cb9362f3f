import { afterEach } from '@jest/globals';
import type { Message, MessageBus, ReceivedMessage } from '#messaging';

export interface OpenedMessageBus {
  readonly bus: MessageBus;
  /** Closes the bus and opens it again on what it has kept. Absent where nothing is kept. */
  readonly reopen?: () => Promise<MessageBus>;
  /** Closes what is open and removes it. */
  readonly close: () => Promise<void>;
}

export interface MessageBusEngine {
  /** A bus of its own for each case; rejected messages come again after a few milliseconds. */
  open(): Promise<OpenedMessageBus>;
  readonly capabilities: {
    /** What was published and committed is there after `reopen`. */
    readonly durable: boolean;
  };
}

export function busesFrom(engine: MessageBusEngine): () => Promise<OpenedMessageBus> {
  const opened: OpenedMessageBus[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  return async () => {
    const next = await engine.open();
    opened.push(next);
    return next;
  };
}

export function message(key: string, value: string): Message {
  return { key, headers: {}, value };
}

/** Messages `0`, `1`, … spread over so many keys. */
export function messages(count: number, keys: number): Message[] {
  return Array.from({ length: count }, (_, index) => message(`key-${index % keys}`, String(index)));
}

export function valuesByKey(list: readonly Message[]): Record<string, string[]> {
  const byKey: Record<string, string[]> = {};
  for (const { key, value } of list) (byKey[key] ??= []).push(value);
  return byKey;
}

/** Each value where it came first. */
export function firstTimes<M extends Message>(list: readonly M[]): readonly M[] {
  const seen = new Set<string>();
  return list.filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** A handler that keeps what it was given. */
export function keeping(): { seen: ReceivedMessage[]; handle: (messages: readonly ReceivedMessage[]) => Promise<void> } {
  const seen: ReceivedMessage[] = [];
  return {
    seen,
    handle: async (list) => {
      seen.push(...list);
    },
  };
}
