import { derivedId } from '#kernel';

/**
 * The id of a customer's n-th migration (from 0) at a partner. It is derived, so that two systems that register the
 * same customer meet in the same stream, where the log lets only one of them begin. A later one begins only when the
 * one before is completed or closed.
 */
export function migrationIdOf(partnerTenantId: string, customerTenantId: string, generation: number): string {
  return derivedId('migration', partnerTenantId, customerTenantId, String(generation));
}

const STREAM_PREFIX = 'migration-';

export function migrationStreamOf(migrationId: string): string {
  return `${STREAM_PREFIX}${migrationId}`;
}

/** `undefined` of a stream that is no migration's. */
export function migrationOfStream(streamId: string): string | undefined {
  return streamId.startsWith(STREAM_PREFIX) ? streamId.slice(STREAM_PREFIX.length) : undefined;
}
