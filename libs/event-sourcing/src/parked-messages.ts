import { accept, derivedId } from '#kernel';
import type { Decider, DomainEvent, Instant } from '#kernel';
import type { EventSchema } from './schema-registry.ts';

/** A message as it came: `source` and `id` identify it, messages of one `key` keep their order. */
export interface Message {
  readonly id: string;
  readonly key: string;
  readonly source: string;
  readonly type: string;
  readonly occurredAt: Instant;
  /** Untouched JSON: what reads it today may be mended tomorrow, so nothing that was made from it is kept. */
  readonly payload: unknown;
}

export interface ParkedMessage {
  readonly messageId: string;
  readonly message: Message;
  /** Stable code of why it could not be applied. */
  readonly reason: string;
  readonly detail: string;
}

/** Reason of messages that could be applied, perhaps, but came after one of the same key that could not. */
export const BEHIND_PARKED = 'behind-parked-message';

export type ReleaseOutcome = 'applied' | 'discarded';

export type MessageParked = DomainEvent<
  'message.parked.v1',
  { readonly message: Message; readonly reason: string; readonly detail: string }
>;
export type MessageReleased = DomainEvent<'message.released.v1', { readonly messageId: string; readonly outcome: ReleaseOutcome }>;
export type ParkingEvent = MessageParked | MessageReleased;

export type ParkingCommand =
  | { readonly kind: 'park'; readonly message: Message; readonly reason: string; readonly detail: string }
  | { readonly kind: 'release'; readonly messageId: string; readonly outcome: ReleaseOutcome };

/** The messages of one key that wait, first in first. */
export interface Parking {
  readonly waiting: readonly ParkedMessage[];
}

/** Payloads are foreign and may hold anything, so the whole of each counts as personal. */
export const parkingSchemas: readonly EventSchema[] = [
  { type: 'message.parked.v1', personal: ['/message/payload'] },
  { type: 'message.released.v1' },
];

/** The message's identity, as one UUID that fits into addresses: the same for every copy of it. */
export function parkedMessageId({ source, id }: Pick<Message, 'source' | 'id'>): string {
  return derivedId('message', source, id);
}

export function parkingStreamOf(key: string): string {
  return `parked-${key}`;
}

export const parking: Decider<ParkingCommand, Parking, ParkingEvent, never> = {
  initialState: { waiting: [] },
  decide(command, { waiting }) {
    if (command.kind === 'release') {
      const { messageId, outcome } = command;
      return waiting.some((parked) => parked.messageId === messageId)
        ? accept({ type: 'message.released.v1', data: { messageId, outcome } })
        : accept();
    }
    const { message, reason, detail } = command;
    const known = waiting.find((parked) => parked.messageId === parkedMessageId(message));
    return known?.reason === reason && known.detail === detail
      ? accept()
      : accept({ type: 'message.parked.v1', data: { message, reason, detail } });
  },
  evolve({ waiting }, event) {
    if (event.type === 'message.released.v1') return { waiting: waiting.filter(({ messageId }) => messageId !== event.data.messageId) };
    const parked = { ...event.data, messageId: parkedMessageId(event.data.message) };
    const at = waiting.findIndex(({ messageId }) => messageId === parked.messageId);
    // Parked once more, for another reason: it keeps its place.
    return { waiting: at < 0 ? [...waiting, parked] : waiting.with(at, parked) };
  },
};
