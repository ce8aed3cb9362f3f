import type { Clock } from '#kernel';
import type { ClockParticipant, Delay } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { ReadModelQueries } from '../read-models/index.ts';
import type { ServiceParticipants } from './working-participants.ts';

export interface WatchedWork {
  readonly clock: Clock;
  readonly queries: ReadModelQueries;
  readonly bus: MessageBus;
  readonly group: string;
  readonly topics: readonly string[];
  readonly delay: Delay;
}

/** How often what other processes do is looked at, in real time. */
const LOOK_AGAIN_MS = 10;

/**
 * Participants of a driven clock for a process that does no work itself: they wait until nothing is left of what others
 * have to do at this moment, by what the engines tell of it.
 */
export function watchingParticipants({ clock, queries, bus, group, topics, delay }: WatchedWork): Omit<ServiceParticipants, 'readModels'> {
  const waitsFor = (name: string, isLeft: () => Promise<boolean>, nextDue: ClockParticipant['nextDue']): ClockParticipant => ({
    name,
    nextDue,
    async settle() {
      let waited = false;
      for (; await isLeft(); waited = true) await delay(LOOK_AGAIN_MS, new AbortController().signal);
      return waited;
    },
  });
  const never = () => Promise.resolve(undefined);
  const firstToDo = async () => (await queries.toDos.list({ limit: 1 })).items[0]?.dueAt;
  return {
    messages: waitsFor('messages', async () => (await bus.lag(group, topics)) > 0n, never),
    imports: waitsFor('imports', async () => (await queries.imports.unfinished()).length > 0, never),
    toDos: waitsFor(
      'to-dos',
      async () => {
        const due = await firstToDo();
        return due !== undefined && due <= clock.now();
      },
      firstToDo,
    ),
  };
}
