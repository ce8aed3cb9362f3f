import type { DomainEvent, RecordedEvent } from '#kernel';
import type { Projection } from '#event-sourcing';
import {
  type Migration,
  type MigrationEvent,
  type MigrationState,
  type MigrationToDo,
  migrationDecider,
  migrationStreamOf,
  toDosOf,
} from '#migration';
import { type FoldedLately, FoldedMigrations } from './folded-lately.ts';
import { migrationRowOf, stateRowOf } from './migration-row.ts';
import { termsTextOf } from './migration-text.ts';
import { createMigrationWrites } from './migration-writes.ts';
import type { ReadModelTransaction } from './projection-storage.ts';
import { type StoredMigration, selectStored, storedFrom } from './stored-migrations.ts';
import { type Tally, TallyChanges, talliesOf } from './tallies.ts';
import { KnownTerms } from './terms.ts';
import { ToDoChanges } from './to-do-changes.ts';

const STREAM_PREFIX = migrationStreamOf('');
/** Migrations asked for in one query: well below every engine's bound on parameters. */
const ROWS_PER_QUERY = 200;

/** A migration as its rows have it, with what they were made of: so that the next change is a difference. */
interface Folded extends StoredMigration {
  readonly seq: number;
  readonly toDos: readonly MigrationToDo[];
  readonly tallies: readonly Tally[];
}

type Folding = Pick<Folded, 'seq' | 'recorded'> & { readonly state: MigrationState };

export interface MigrationsProjection extends Projection<ReadModelTransaction> {
  readonly lately: FoldedLately;
}

/**
 * Folds migration events into rows, to-dos and sums. Each migration is written once a batch. One instance belongs to one
 * copy of the rows: its cache holds what that copy has, and is forgotten when a batch could not be committed.
 */
export function createMigrationsProjection(cachedMigrations = 20_000): MigrationsProjection {
  const cache = new FoldedMigrations<Folded>(cachedMigrations);
  const terms = new KnownTerms();
  const writes = createMigrationWrites();

  /** What is known of these before the batch: from memory, else from the rows. */
  async function known(tx: ReadModelTransaction, ids: readonly string[]): Promise<ReadonlyMap<string, Folded>> {
    const found = new Map<string, Folded>();
    const missing: string[] = [];
    for (const id of ids) {
      const folded = cache.get(id);
      if (folded) found.set(id, folded);
      else missing.push(id);
    }
    for (const folded of await load(tx, missing)) found.set(folded.state.id, folded);
    return found;
  }

  async function load(tx: ReadModelTransaction, ids: readonly string[]): Promise<readonly Folded[]> {
    const loaded: Folded[] = [];
    for (let from = 0; from < ids.length; from += ROWS_PER_QUERY) {
      const rows = await selectStored(tx)
        .where('states.id', 'in', ids.slice(from, from + ROWS_PER_QUERY))
        .execute();
      for (const row of rows) loaded.push(derived({ seq: row.seq, ...storedFrom(row) }));
    }
    return loaded;
  }

  async function write(tx: ReadModelTransaction, changed: ReadonlyMap<string, Folded>, old: ReadonlyMap<string, Folded>): Promise<void> {
    const toDos = new ToDoChanges();
    const tallies = new TallyChanges();
    const termsTexts = new Map<string, string>();
    for (const [id, folded] of changed) {
      const before = old.get(id);
      toDos.add(before?.toDos ?? [], folded.toDos, folded.seq);
      if (before) tallies.add(before.tallies, -1);
      tallies.add(folded.tallies, 1);
      termsTexts.set(id, termsTextOf(folded.state));
    }
    const termsIds = await terms.idsOf(tx, termsTexts.values());
    const rows = [...changed.values()];
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
  }

  return {
    name: 'migrations',
    lately: cache,
    version: 3,
    async handle(tx, events, domainEvents) {
      const before = await known(tx, idsOf(events));
      const changed = fold(events, domainEvents, before);
      if (changed.size === 0) return;
      await write(tx, changed, before);
      for (const [id, folded] of changed) cache.keep(id, folded);
    },
    forget() {
      cache.forget();
      terms.forget();
    },
  };
}

function isMigrationEvent(event: RecordedEvent): boolean {
  return event.streamId.startsWith(STREAM_PREFIX);
}

function idOf(event: RecordedEvent): string {
  return event.streamId.slice(STREAM_PREFIX.length);
}

/** Migrations that may have a row already: not those whose first event is in the batch. */
function idsOf(events: readonly RecordedEvent[]): readonly string[] {
  const begun = new Set<string>();
  const ids = new Set<string>();
  for (const event of events) {
    if (!isMigrationEvent(event)) continue;
    if (event.revision === 0) begun.add(event.streamId);
    else if (!begun.has(event.streamId)) ids.add(idOf(event));
  }
  return [...ids];
}

function derived({ seq, state, recorded }: Folding & { readonly state: Migration }): Folded {
  return { seq, state, recorded, toDos: toDosOf(state), tallies: talliesOf(state) };
}

/** Every migration that the batch touches, as it stands after it. */
function fold(
  events: readonly RecordedEvent[],
  domainEvents: readonly DomainEvent[],
  before: ReadonlyMap<string, Folding>,
): Map<string, Folded> {
  const folding = new Map<string, Folding>();
  for (const [index, event] of events.entries()) {
    if (!isMigrationEvent(event)) continue;
    const id = idOf(event);
    const current = folding.get(id) ?? before.get(id);
    folding.set(id, {
      seq: current?.seq ?? Number(event.position),
      state: migrationDecider.evolve(current?.state ?? migrationDecider.initialState, domainEvents[index] as MigrationEvent),
      recorded: { updatedAt: event.metadata.recordedAt, version: event.revision },
    });
  }
  return new Map(
    [...folding].flatMap(([id, { seq, state, recorded }]) => (state ? [[id, derived({ seq, state, recorded })] as const] : [])),
  );
}
