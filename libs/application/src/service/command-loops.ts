import type { Clock } from '#kernel';
import { type EventStore, type ParkingEvent, createCommandLoop, parking } from '#event-sourcing';
import { type LicenseReassignmentEvent, type MigrationEvent, licenseReassignmentDecider, migrationDecider } from '#migration';
import { type ImportEvent, migrationsAtHand } from '#read-models';
import { importDecider } from '../importing/index.ts';
import { serviceEventSchemas } from './event-schemas.ts';

/** One for each kind of stream. */
export function createCommandLoops(store: EventStore, clock: Clock) {
  return {
    migrations: createCommandLoop({
      store,
      clock,
      decider: migrationDecider,
      schemas: serviceEventSchemas<MigrationEvent>(),
      cachedStreams: migrationsAtHand(),
    }),
    licenses: createCommandLoop({
      store,
      clock,
      decider: licenseReassignmentDecider,
      schemas: serviceEventSchemas<LicenseReassignmentEvent>(),
    }),
    parkings: createCommandLoop({ store, clock, decider: parking, schemas: serviceEventSchemas<ParkingEvent>() }),
    imports: createCommandLoop({ store, clock, decider: importDecider, schemas: serviceEventSchemas<ImportEvent>() }),
  };
}
