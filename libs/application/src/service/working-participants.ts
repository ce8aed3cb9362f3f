import type { ClockParticipant, CommittedPositions, EventStore } from '#event-sourcing';
import type { Consumer } from '#messaging';
import type { Importing } from '../importing/index.ts';

/** The parts of a service that have something to do when a driven clock moves. */
export interface ServiceParticipants {
  readonly messages: ClockParticipant;
  readonly imports: ClockParticipant;
  readonly readModels: ClockParticipant;
  readonly toDos: ClockParticipant;
}

/**
 * Messages and imports work by themselves, and may end their work at any moment of a round. Whoever finds that they have
 * nothing left to do finds what they did in the log; so the read models are looked at after them, and before the to-dos
 * that are read there. In any other order a round could find everybody idle and miss what was just done.
 */
export function inSettlingOrder({ messages, imports, readModels, toDos }: ServiceParticipants): readonly ClockParticipant[] {
  return [messages, imports, readModels, toDos];
}

export function readModelsParticipant(store: Pick<EventStore, 'head'>, positions: CommittedPositions): ClockParticipant {
  return {
    name: 'read models',
    nextDue: () => Promise.resolve(undefined),
    async settle() {
      const head = await store.head();
      if (positions.current >= head) return false;
      await positions.waitFor(head, Infinity);
      return true;
    },
  };
}

export function messagesParticipant(consumers: () => readonly Pick<Consumer, 'lag' | 'caughtUp'>[]): ClockParticipant {
  return {
    name: 'messages',
    nextDue: () => Promise.resolve(undefined),
    async settle() {
      let did = false;
      for (const consumer of consumers()) {
        if ((await consumer.lag()) === 0n) continue;
        await consumer.caughtUp();
        did = true;
      }
      return did;
    },
  };
}

export function importsParticipant(importing: Pick<Importing, 'busy' | 'idle'>): ClockParticipant {
  return {
    name: 'imports',
    nextDue: () => Promise.resolve(undefined),
    async settle() {
      if (!importing.busy) return false;
      await importing.idle();
      return true;
    },
  };
}
