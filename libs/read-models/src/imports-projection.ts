import type { DomainEvent } from '#kernel';
import { type Projection, gatheringOfEvents } from '#event-sourcing';
import { type ImportEvent, IMPORT_EVENT_SCHEMAS, importStreamOf } from './import-events.ts';
import { createImportRows } from './import-rows.ts';
import type { ReadModelTransaction } from './projection-storage.ts';

const TYPES = new Set<string>(IMPORT_EVENT_SCHEMAS.map((schema) => schema.type));
const STREAM_PREFIX = importStreamOf('');

function isImportEvent(event: DomainEvent): event is ImportEvent {
  return TYPES.has(event.type);
}

/** Imports and the outcome of each of their rows. */
export const importsProjection: Projection<ReadModelTransaction> = {
  name: 'imports',
  version: 1,
  async handle(tx, events, domainEvents) {
    const rows = createImportRows(tx);
    for (const [index, event] of domainEvents.entries()) {
      if (!isImportEvent(event)) continue;
      const recorded = events[index]!;
      const id = recorded.streamId.slice(STREAM_PREFIX.length);
      const at = recorded.metadata.recordedAt;
      switch (event.type) {
        case 'import.received.v1':
          await rows.received(id, event.data.rows, false, at);
          break;
        case 'import.rows-accounted.v1':
          await rows.accounted(id, event.data.outcomes, at);
          break;
        case 'import.finished.v1':
          await rows.ended(id, 'done', event.data.counts, null, at);
          break;
        case 'import.failed.v1':
          await rows.ended(id, 'failed', null, event.data.detail, at);
          break;
        default:
          event satisfies never;
      }
    }
  },
  gather: () => gatheringOfEvents(importsProjection, isImportEvent),
};
