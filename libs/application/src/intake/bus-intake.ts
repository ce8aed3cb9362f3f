import {
  type ConsumeOptions,
  type IncomingEvent,
  type Message,
  type MessageBus,
  type ReceivedMessage,
  deadLetterMessage,
  deadLetterTopicOf,
  messageOfOne,
  readBusMessage,
} from '#messaging';
import type { Intake } from './create-intake.ts';
import type { TraceContexts } from './trace-contexts.ts';
import { usableFactIn } from './usable-fact.ts';

export interface BusIntakeOptions {
  readonly intake: Pick<Intake, 'receive'>;
  /** Where the dead letters go. */
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly partnerTenantId: string;
  /** Told where a dead letter can never be published: the message is parked in the log all the same. */
  readonly onError: (error: unknown) => void;
  readonly traces?: TraceContexts;
}

interface DeadLetter {
  readonly topic: string;
  readonly message: Message;
}

/** Another attempt would change nothing, and whatever follows in the partition must not wait for it. */
const USELESS_TO_REPEAT = new Set(['topic-missing', 'message-too-large']);

/**
 * Takes in what a topic brings. When it resolves, each event has acted or is parked in the log; and what is of no use
 * to this service by its own fault has been published as a dead letter too, for its senders to see.
 */
export function createBusIntake({ intake, bus, partnerTenantId, onError, traces }: BusIntakeOptions): ConsumeOptions['handle'] {
  async function receive(message: ReceivedMessage, incoming: IncomingEvent, isOneOfMany: boolean): Promise<readonly DeadLetter[]> {
    traces?.remember(incoming, message.headers);
    if ((await intake.receive(incoming)) !== 'parked') return [];
    const payload: unknown = incoming.ok ? incoming.event : incoming.payload;
    const fact = usableFactIn(payload, partnerTenantId);
    if (fact.ok) return [];
    const asItCame = isOneOfMany ? messageOfOne(message, payload) : message;
    const { reason, detail } = fact;
    return [{ topic: deadLetterTopicOf(message.topic), message: deadLetterMessage(asItCame, { reason, detail, attempts: 1 }) }];
  }

  async function publish(topic: string, messages: readonly Message[]): Promise<void> {
    try {
      await bus.publish(topic, messages);
    } catch (error) {
      if (!USELESS_TO_REPEAT.has((error as { readonly code?: string }).code ?? '')) throw error;
      onError(error);
    }
  }

  return async (messages) => {
    // Side by side, so that their appends share a commit; those of one key queue up in the intake, in this order.
    const received = messages.flatMap((message) => {
      const events = readBusMessage(message);
      return events.map((incoming) => receive(message, incoming, events.length > 1));
    });
    const letters = (await Promise.all(received)).flat();
    for (const topic of new Set(letters.map((letter) => letter.topic))) {
      await publish(
        topic,
        letters.filter((letter) => letter.topic === topic).map(({ message }) => message),
      );
    }
  };
}
