import type { DomainEvent } from '#kernel';
import { type EventSchemas, defineEventSchemas, parkingSchemas } from '#event-sourcing';
import { MIGRATION_EVENT_SCHEMAS } from '#migration';
import { IMPORT_EVENT_SCHEMAS } from '#read-models';
import { BULK_EVENT_SCHEMAS } from '../bulk/bulk-events.ts';

/** Every event that may stand in the service's log. The further ones are those of parts that are added around it. */
export function serviceEventSchemas<Event extends DomainEvent = DomainEvent>(
  further: Parameters<typeof defineEventSchemas>[0] = [],
): EventSchemas<Event> {
  return defineEventSchemas<Event>([
    ...MIGRATION_EVENT_SCHEMAS,
    ...IMPORT_EVENT_SCHEMAS,
    ...parkingSchemas,
    ...BULK_EVENT_SCHEMAS,
    ...further,
  ]);
}
