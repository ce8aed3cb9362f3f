import { type EventSchemas, defineEventSchemas, parkingSchemas } from '#event-sourcing';
import { MIGRATION_EVENT_SCHEMAS } from '#migration';
import { IMPORT_EVENT_SCHEMAS } from '#read-models';

/**
 * The events that rows are made of, in today's shape. Those of other parts only pass by: what defines them comes with
 * the whole application, which would take a thread of the read models longer to load than most logs to read.
 * `eventTypes`: every type that may stand in the log.
 */
export function readModelSchemas(eventTypes: readonly string[]): EventSchemas {
  const schemas = defineEventSchemas([...MIGRATION_EVENT_SCHEMAS, ...IMPORT_EVENT_SCHEMAS, ...parkingSchemas]);
  const others = new Set(eventTypes.filter((type) => !schemas.types.includes(type)));
  return { ...schemas, toDomainEvent: (event) => (others.has(event.type) ? event : schemas.toDomainEvent(event)) };
}
