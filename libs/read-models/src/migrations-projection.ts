import type { Gathering, Projection } from '#event-sourcing';
import { type MigrationEvent, migrationOfStream } from '#migration';
import { type FoldedLately, FoldedMigrations } from './folded-lately.ts';
import { type Change, type Folded, GatheredMigrations, foldedOf } from './gathered-migrations.ts';
import { migrationRowOf, stateRowOf } from './migration-row.ts';
import { termsTextOf } from './migration-text.ts';
import { createMigrationWrites } from './migration-writes.ts';
import { migrationsAtHand } from './migrations-at-hand.ts';
import type { ReadModelTransaction } from './projection-storage.ts';
import { selectStored, storedFrom } from './stored-migrations.ts';
import { TallyChanges } from './tallies.ts';
import { KnownTerms } from './terms.ts';
import { ToDoChanges } from './to-do-changes.ts';

/** Migrations asked for in one query: well below every engine's bound on parameters. */
const ROWS_PER_QUERY = 200;

export interface MigrationsProjection extends Projection<ReadModelTransaction> {
  readonly lately: FoldedLately;
}

/**
 * Folds migration events into rows, to-dos and sums. Each migration is written once a batch. One instance belongs to one
 * copy of the rows: its cache holds what that copy has, and is forgotten when a batch could not be committed.
 */
export function createMigrationsProjection(cachedMigrations = migrationsAtHand()): MigrationsProjection {
  const cache = new FoldedMigrations<Folded>(cachedMigrations);
  const terms = new KnownTerms();
  const writes = createMigrationWrites();

  async function load(tx: ReadModelTransaction, ids: readonly string[]): Promise<readonly Folded[]> {
    const loaded: Folded[] = [];
    for (let from = 0; from < ids.length; from += ROWS_PER_QUERY) {
      const rows = await selectStored(tx)
        .where('states.id', 'in', ids.slice(from, from + ROWS_PER_QUERY))
        .execute();
      for (const row of rows) loaded.push(foldedOf({ seq: row.seq, ...storedFrom(row) }));
    }
    return loaded;
  }

  async function write(tx: ReadModelTransaction, changes: readonly Change[]): Promise<void> {
    const toDos = new ToDoChanges();
    const tallies = new TallyChanges();
    const termsTexts = new Map<string, string>();
    for (const { before, after } of changes) {
      toDos.add(before?.toDos ?? [], after.toDos, after.seq);
      if (before) tallies.add(before.tallies, -1);
      tallies.add(after.tallies, 1);
      termsTexts.set(after.state.id, termsTextOf(after.state));
    }
    const termsIds = await terms.idsOf(tx, termsTexts.values());
    const rows = changes.map(({ after }) => after);
    await writes.migrations.execute(
      tx,
      rows.map(({ seq, state, recorded }) => migrationRowOf(state, seq, recorded.updatedAt)),
    );
    await writes.states.execute(
      tx,
      rows.map(({ seq, state, recorded }) => stateRowOf(state, seq, termsIds.get(termsTexts.get(state.id)!)!, recorded)),
    );
    await writes.gone.execute(tx, toDos.gone);
    await writes.due.execute(tx, toDos.due);
    await writes.sums.execute(tx, tallies.changed());
    for (const { after } of changes) cache.keep(after.state.id, after);
  }

  function gather(): Gathering<ReadModelTransaction> {
    const gathered = new GatheredMigrations((id) => cache.get(id));
    return {
      add(events, domainEvents) {
        for (const [index, event] of events.entries()) {
          const id = migrationOfStream(event.streamId);
          if (id !== undefined) gathered.add(id, event, domainEvents[index] as MigrationEvent);
        }
      },
      get held() {
        return gathered.held;
      },
      async write(tx) {
        gathered.continueFrom(await load(tx, gathered.unknown()));
        const changes = gathered.changes();
        if (changes.length > 0) await write(tx, changes);
      },
    };
  }

  return {
    name: 'migrations',
    lately: cache,
    version: 4,
    gather,
    async handle(tx, events, domainEvents) {
      const gathering = gather();
      gathering.add(events, domainEvents);
      await gathering.write(tx);
    },
    forget() {
      cache.forget();
      terms.forget();
    },
  };
}
