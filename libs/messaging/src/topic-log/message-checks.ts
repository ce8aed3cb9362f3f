import type { Message } from '../message-bus.ts';

const LARGEST_VALUE = 1024 * 1024;

/** Of `message-too-large` and `bus-closed`: nothing of the call was published. */
export class MessageBusError extends Error {
  constructor(
    readonly code: 'message-too-large' | 'bus-closed' | 'consumer-stopped' | 'messages-rejected',
    message: string,
  ) {
    super(message);
    this.name = 'MessageBusError';
  }
}

/** @throws MessageBusError `message-too-large` */
export function checkMessages(topic: string, messages: readonly Message[]): void {
  for (const { key, value } of messages) {
    const size = Buffer.byteLength(value);
    if (size > LARGEST_VALUE) {
      throw new MessageBusError(
        'message-too-large',
        `a message of ${size} bytes for ${topic}, key ${key}: at most ${LARGEST_VALUE} are allowed, so nothing was published`,
      );
    }
  }
}
