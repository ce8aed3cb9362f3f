import type { Instant } from '#kernel';
import {
  type Migration,
  type Recorded,
  firstOriginalEndOf,
  isOpen,
  lastSafeMomentOf,
  relationshipFrom,
  riskScheduleOf,
  stageOf,
} from '#migration';
import { searchTextOf, stateTextOf } from './migration-text.ts';
import { type MigrationsTable, NEVER } from './tables.ts';

/** A migration's row. `at` is the time of its last event: what depends on the calendar is kept as moments, not as answers. */
export function migrationRowOf(migration: Migration, recorded: Recorded, seq: number, terms: number, at: Instant): MigrationsTable {
  const open = isOpen(migration);
  const schedule = riskScheduleOf(migration, at);
  const relationship = relationshipFrom(migration.relationshipFacts);
  return {
    seq,
    id: migration.id,
    customer_name: migration.customerName,
    wave: migration.wave,
    stage: stageOf(migration),
    is_open: open ? 1 : 0,
    gap: schedule.gap ? 1 : 0,
    act_from: schedule.actFrom ?? NEVER,
    watch_from: schedule.watchFrom ?? NEVER,
    last_safe: lastSafeMomentOf(migration) ?? NEVER,
    first_end: firstOriginalEndOf(migration) ?? NEVER,
    programs: `,${[...new Set(migration.lines.map((line) => line.program))].join(',')},`,
    search: searchTextOf(migration),
    updated_at: recorded.updatedAt,
    invited_at: open && relationship.status === 'requested' ? relationship.requestedAt : null,
    version: recorded.version,
    terms,
    state: stateTextOf(migration),
  };
}
