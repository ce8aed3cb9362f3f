import type { Instant } from '#kernel';
import {
  type Migration,
  PROGRAMS,
  type Program,
  type Recorded,
  firstOriginalEndOf,
  isOpen,
  lastSafeMomentOf,
  relationshipFrom,
  riskScheduleOf,
  stageOf,
} from '#migration';
import { searchTextOf, stateTextOf } from './migration-text.ts';
import { type MigrationStatesTable, type MigrationsTable, NEVER } from './tables.ts';

/** What lists filter and sort by. `at` is the time of its last event: what depends on the calendar is kept as moments, not as answers. */
export function migrationRowOf(migration: Migration, seq: number, at: Instant): MigrationsTable {
  const open = isOpen(migration);
  const schedule = riskScheduleOf(migration, at);
  const actFrom = schedule.actFrom ?? NEVER;
  const watchFrom = schedule.watchFrom ?? NEVER;
  const relationship = relationshipFrom(migration.relationshipFacts);
  return {
    seq,
    customer_name: migration.customerName,
    wave: migration.wave,
    stage: stageOf(migration),
    is_open: open ? 1 : 0,
    gap: schedule.gap ? 1 : 0,
    act_from: actFrom,
    watch_from: watchFrom < actFrom ? watchFrom : actFrom,
    last_safe: lastSafeMomentOf(migration) ?? NEVER,
    first_end: firstOriginalEndOf(migration) ?? NEVER,
    programs: programBits(migration.lines.map((line) => line.program)),
    updated_at: at,
    invited_at: open && relationship.status === 'requested' ? relationship.requestedAt : null,
  };
}

export function stateRowOf(migration: Migration, seq: number, terms: number, { version }: Recorded): MigrationStatesTable {
  return { seq, id: migration.id, search: searchTextOf(migration), version, terms, state: stateTextOf(migration) };
}

/** One bit a program, in the order of their list; none for what is no program. */
export function programBits(programs: readonly (Program | (string & {}))[]): number {
  return programs.reduce((bits, program) => {
    const index = PROGRAMS.indexOf(program as Program);
    return index < 0 ? bits : bits | (1 << index);
  }, 0);
}

/** All bits that a row may have whose lines have this program among theirs: few enough to be asked for one by one. */
export function programsWith(program: string): readonly number[] {
  const bit = programBits([program]);
  return Array.from({ length: 1 << PROGRAMS.length }, (_, bits) => bits).filter((bits) => (bits & bit) !== 0);
}
