import { LRUCache } from 'lru-cache';
import type { DomainEvent, RecordedEvent } from '#kernel';
import type { Projection } from '#event-sourcing';
import { type Migration, type MigrationEvent, type MigrationState, type Recorded, migrationDecider, migrationStreamOf } from '#migration';
import { migrationRowOf } from './migration-row.ts';
import type { ReadModelTransaction } from './projection-storage.ts';
import { type Tally, TallyChanges, talliesOf } from './tallies.ts';
import { ToDoChanges, toDosOfOpen } from './to-do-changes.ts';

const STREAM_PREFIX = migrationStreamOf('');
/** Rows a statement: well below every engine's bound on parameters. */
const ROWS_PER_STATEMENT = 200;

interface Folded {
  readonly state: Migration;
  readonly recorded: Recorded;
  readonly tallies: readonly Tally[];
}

function inChunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS_PER_STATEMENT) }, (_, index) => items.slice(index * ROWS_PER_STATEMENT, (index + 1) * ROWS_PER_STATEMENT));
}

/**
 * Folds migration events into rows, to-dos and sums. Each migration is written once a batch. One instance belongs to one
 * copy of the rows: its cache holds what that copy has, and is forgotten when a batch could not be committed.
 */
export function createMigrationsProjection(cachedMigrations = 20_000): Projection<ReadModelTransaction> {
  const cache = new LRUCache<string, Folded>({ max: cachedMigrations });

  async function loadMissing(tx: ReadModelTransaction, ids: readonly string[]): Promise<void> {
    for (const chunk of inChunks(ids.filter((id) => !cache.has(id)))) {
      const rows = await tx.selectFrom('migrations').select(['id', 'state', 'updated_at', 'version']).where('id', 'in', chunk).execute();
      for (const row of rows) {
        const state = JSON.parse(row.state) as Migration;
        cache.set(row.id, { state, recorded: { updatedAt: row.updated_at as Recorded['updatedAt'], version: row.version }, tallies: talliesOf(state) });
      }
    }
  }

  async function write(tx: ReadModelTransaction, changed: ReadonlyMap<string, Folded>, before: ReadonlyMap<string, Folded>): Promise<void> {
    const toDos = new ToDoChanges();
    const tallies = new TallyChanges();
    for (const [id, folded] of changed) {
      const old = before.get(id);
      toDos.add(toDosOfOpen(old?.state ?? null), toDosOfOpen(folded.state), id);
      if (old) tallies.add(old.tallies, -1);
      tallies.add(folded.tallies, 1);
    }
    for (const chunk of inChunks([...changed.values()])) {
      await tx
        .insertInto('migrations')
        .values(chunk.map(({ state, recorded }) => migrationRowOf(state, recorded, recorded.updatedAt)))
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((row) => ({
            customer_name: row.ref('excluded.customer_name'),
            wave: row.ref('excluded.wave'),
            stage: row.ref('excluded.stage'),
            is_open: row.ref('excluded.is_open'),
            gap: row.ref('excluded.gap'),
            act_from: row.ref('excluded.act_from'),
            watch_from: row.ref('excluded.watch_from'),
            last_safe: row.ref('excluded.last_safe'),
            first_end: row.ref('excluded.first_end'),
            programs: row.ref('excluded.programs'),
            search: row.ref('excluded.search'),
            updated_at: row.ref('excluded.updated_at'),
            invited_at: row.ref('excluded.invited_at'),
            version: row.ref('excluded.version'),
            state: row.ref('excluded.state'),
          })),
        )
        .execute();
    }
    for (const chunk of inChunks(toDos.gone)) await tx.deleteFrom('to_dos').where('id', 'in', chunk).execute();
    for (const chunk of inChunks(toDos.due)) {
      await tx
        .insertInto('to_dos')
        .values(chunk)
        .onConflict((conflict) => conflict.column('id').doUpdateSet((row) => ({ due_at: row.ref('excluded.due_at'), ready_at: row.ref('excluded.ready_at'), owner: null, lease_until: null })))
        .execute();
    }
    const sums = tallies.changed();
    if (sums.length > 0) {
      await tx
        .insertInto('tallies')
        .values(sums)
        .onConflict((conflict) =>
          conflict.columns(['kind', 'key']).doUpdateSet((row) => ({
            migrations: row('tallies.migrations', '+', row.ref('excluded.migrations')),
            seats: row('tallies.seats', '+', row.ref('excluded.seats')),
          })),
        )
        .execute();
    }
  }

  return {
    name: 'migrations',
    version: 1,
    async handle(tx, events, domainEvents) {
      const ids = [...new Set(events.filter(isMigrationEvent).map(idOf))];
      if (ids.length === 0) return;
      await loadMissing(tx, ids);
      const before = new Map(
        ids.flatMap((id) => {
          const folded = cache.get(id);
          return folded ? [[id, folded] as const] : [];
        }),
      );
      const states = fold(events, domainEvents, before);
      const changed = new Map([...states].map(([id, { state, recorded }]) => [id, { state, recorded, tallies: talliesOf(state) }] as const));
      await write(tx, changed, before);
      for (const [id, folded] of changed) cache.set(id, folded);
    },
    forget() {
      cache.clear();
    },
  };
}

function isMigrationEvent(event: RecordedEvent): boolean {
  return event.streamId.startsWith(STREAM_PREFIX);
}

function idOf(event: RecordedEvent): string {
  return event.streamId.slice(STREAM_PREFIX.length);
}

function fold(events: readonly RecordedEvent[], domainEvents: readonly DomainEvent[], before: ReadonlyMap<string, Folded>): Map<string, { state: Migration; recorded: Recorded }> {
  const states = new Map<string, { state: MigrationState; recorded: Recorded }>();
  events.forEach((event, index) => {
    if (!isMigrationEvent(event)) return;
    const id = idOf(event);
    const current = states.get(id) ?? before.get(id);
    const state = migrationDecider.evolve(current?.state ?? migrationDecider.initialState, domainEvents[index] as MigrationEvent);
    states.set(id, { state, recorded: { updatedAt: event.metadata.recordedAt, version: event.revision } });
  });
  return new Map([...states].flatMap(([id, { state, recorded }]) => (state ? [[id, { state, recorded }] as const] : [])));
}
