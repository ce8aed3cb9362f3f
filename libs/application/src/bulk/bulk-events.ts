import type { DomainEvent, Instant } from '#kernel';
import type { EventSchema } from '#event-sourcing';
import type { MigrationFilter } from '#read-models';

/** One command for many migrations, as it was asked for. */
export interface BulkRequest {
  readonly bulkId: string;
  /** Its name in addresses: `hold`. */
  readonly command: string;
  /** Checked. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly filter: MigrationFilter;
  readonly actor: string;
  readonly correlationId: string;
}

/** What became of one migration: as an HTTP status, and a code where it was not carried out. */
export interface BulkResult {
  readonly id: string;
  readonly status: number;
  readonly code?: string;
}

export type BulkEvent =
  | DomainEvent<'bulk.requested.v1', BulkRequest & { readonly at: Instant }>
  /** Which migrations the filter hit, in several events where they are many. */
  | DomainEvent<'bulk.targets-listed.v1', { readonly ids: readonly string[]; readonly last: boolean }>
  | DomainEvent<'bulk.carried-out.v1', { readonly results: readonly BulkResult[] }>
  | DomainEvent<'bulk.finished.v1', { readonly at: Instant }>;

/** Which runs are not finished: what a restart goes on with. */
export type BulkRegisterEvent =
  DomainEvent<'bulk-register.begun.v1', { readonly bulkId: string }> | DomainEvent<'bulk-register.ended.v1', { readonly bulkId: string }>;

const TYPES: readonly (BulkEvent | BulkRegisterEvent)['type'][] = [
  'bulk.requested.v1',
  'bulk.targets-listed.v1',
  'bulk.carried-out.v1',
  'bulk.finished.v1',
  'bulk-register.begun.v1',
  'bulk-register.ended.v1',
];

/** To be added to the log's schemas (`serviceEventSchemas`), since every subscription reads every event. */
export const BULK_EVENT_SCHEMAS: readonly EventSchema[] = TYPES.map((type) => ({
  type,
  ...(type === 'bulk.requested.v1' && { personal: ['/body', '/filter/q'] }),
}));

export const BULK_REGISTER_STREAM = 'bulk-register';

export function bulkStreamOf(bulkId: string): string {
  return `bulk-${bulkId}`;
}
