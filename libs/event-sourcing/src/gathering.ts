import type { DomainEvent, RecordedEvent } from '#kernel';
import type { Projection } from './projection.ts';

/**
 * Events on their way into the rows, taken in batch by batch and written all at once: a row that many of them change is
 * then made once. Belongs to one write.
 */
export interface Gathering<Tx> {
  /** As of `Projection.handle`; nothing is read or written yet. */
  add(events: readonly RecordedEvent[], domainEvents: readonly DomainEvent[]): void;
  /** How many rows and events it keeps in memory. */
  readonly held: number;
  write(tx: Tx): Promise<void>;
}

/** Of a projection that cannot fold ahead: its events as they are; by default all that there are. */
export function gatheringOfEvents<Tx>(
  { handle }: Pick<Projection<Tx>, 'handle'>,
  concerns: (event: DomainEvent) => boolean = () => true,
): Gathering<Tx> {
  const recorded: RecordedEvent[] = [];
  const inTodaysShape: DomainEvent[] = [];
  return {
    add(events, domainEvents) {
      for (const [index, event] of domainEvents.entries()) {
        if (!concerns(event)) continue;
        recorded.push(events[index]!);
        inTodaysShape.push(event);
      }
    },
    get held() {
      return recorded.length;
    },
    async write(tx) {
      await handle(tx, recorded, inTodaysShape);
    },
  };
}

export function gatheringOf<Tx>(projection: Projection<Tx>): Gathering<Tx> {
  return projection.gather?.() ?? gatheringOfEvents(projection);
}
