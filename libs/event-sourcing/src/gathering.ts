import type { DomainEvent, RecordedEvent } from '#kernel';
import type { Gathering, Projection } from './projection.ts';

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
