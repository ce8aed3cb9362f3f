import { derivedId } from '#kernel';

/**
 * The id of a customer's n-th migration (from 0) at a partner. It is derived, so that two systems that register the
 * same customer meet in the same stream, where the log lets only one of them begin. A later one begins only when the
 * one before is completed or closed.
 */
export function migrationIdOf(partnerTenantId: string, customerTenantId: string, generation: number): string {
  return derivedId('migration', partnerTenantId, customerTenantId, String(generation));
}

export function migrationStreamOf(migrationId: string): string {
  return `migration-${migrationId}`;
}
