import type { Insertable } from 'kysely';
import type { Instant } from '#kernel';
import { type Migration, type Recorded, isOpen, relationshipFrom, riskScheduleOf, summaryOf } from '#migration';
import { type MigrationsTable, NEVER } from './tables.ts';

/** A migration's row. `at` is the time of its last event: what depends on the calendar is kept as moments, not as answers. */
export function migrationRowOf(migration: Migration, recorded: Recorded, at: Instant): Insertable<MigrationsTable> {
  const summary = summaryOf(migration, recorded, at);
  const schedule = riskScheduleOf(migration, at);
  const relationship = relationshipFrom(migration.relationshipFacts);
  return {
    id: migration.id,
    customer_tenant_id: migration.customerTenantId,
    customer_name: migration.customerName,
    wave: migration.wave,
    stage: summary.stage,
    is_open: isOpen(migration) ? 1 : 0,
    gap: schedule.gap ? 1 : 0,
    act_from: schedule.actFrom ?? NEVER,
    watch_from: schedule.watchFrom ?? NEVER,
    last_safe: summary.lastSafeMoment ?? NEVER,
    first_end: summary.firstOriginalEnd ?? NEVER,
    programs: `,${[...new Set(migration.lines.map((line) => line.program))].join(',')},`,
    search: `${migration.customerName} ${migration.customerDomain} ${migration.customerTenantId}`.toLowerCase(),
    registered_at: migration.registeredAt,
    updated_at: recorded.updatedAt,
    invited_at: isOpen(migration) && relationship.status === 'requested' ? relationship.requestedAt : null,
    version: recorded.version,
    state: JSON.stringify(migration),
  };
}
