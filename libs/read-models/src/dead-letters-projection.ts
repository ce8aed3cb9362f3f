import type { DomainEvent, RecordedEvent } from '#kernel';
import { positionToText } from '#kernel';
import { type ParkingEvent, type Projection, gatheringOfEvents, parkedMessageId } from '#event-sourcing';
import type { ReadModelTransaction } from './projection-storage.ts';

function isParkingEvent(event: DomainEvent): event is ParkingEvent {
  return event.type === 'message.parked.v1' || event.type === 'message.released.v1';
}

async function write(tx: ReadModelTransaction, recorded: RecordedEvent, event: ParkingEvent): Promise<void> {
  if (event.type === 'message.released.v1') {
    await tx.deleteFrom('dead_letters').where('id', '=', event.data.messageId).execute();
    return;
  }
  const { message, reason, detail } = event.data;
  await tx
    .insertInto('dead_letters')
    .values({
      id: parkedMessageId(message),
      key: message.key,
      reason,
      detail,
      parked_at: recorded.metadata.recordedAt,
      position: positionToText(recorded.position),
      message: JSON.stringify(message),
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ reason, detail }))
    .execute();
}

/** The messages that wait, one row each. */
export const deadLettersProjection: Projection<ReadModelTransaction> = {
  name: 'dead-letters',
  version: 1,
  async handle(tx, events, domainEvents) {
    for (const [index, event] of domainEvents.entries()) if (isParkingEvent(event)) await write(tx, events[index]!, event);
  },
  gather: () => gatheringOfEvents(deadLettersProjection, isParkingEvent),
};
