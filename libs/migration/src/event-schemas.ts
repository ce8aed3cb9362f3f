import { MIGRATION_EVENT_PERSONAL_DATA } from './events.ts';
import { LICENSE_REASSIGNMENT_EVENTS } from './license-reassignment/license-reassignment.ts';

/**
 * One shape that an event has, or had. A shape that has shipped stays in the list for ever, with its golden file beside
 * it (`golden/<type>.json`); when a new one follows, it gets the step that makes the new data from the old.
 */
export interface MigrationEventSchema {
  readonly type: string;
  /** JSON pointers (RFC 6901) to personal data in `data`; the segment `*` means every element of an array. */
  readonly personal?: readonly string[];
  readonly upcastTo?: { readonly type: string; up(data: unknown): unknown };
}

/** Every event shape of this lib, as the application hands it to the registry of all events. */
export const MIGRATION_EVENT_SCHEMAS: readonly MigrationEventSchema[] = [
  ...Object.entries(MIGRATION_EVENT_PERSONAL_DATA).map(([type, personal]) => ({ type, personal })),
  ...LICENSE_REASSIGNMENT_EVENTS.map((type) => ({ type })),
];
