import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import { type MigrationSummary, summaryOf } from '#migration';
import { type StoredMigration, selectStored, storedFrom } from '../stored-migrations.ts';
import type { ReadModelTables } from '../tables.ts';
import { type Cursor, type Page, pageOf } from './cursor.ts';
import type { MigrationFilter, SortColumn } from './migration-filter.ts';
import { type SearchBounds, createPageSearch } from './page-of-migrations.ts';

export type { StoredMigration } from '../stored-migrations.ts';
export type { MigrationFilter } from './migration-filter.ts';

/** What a list may be sorted by; each has an index, and none of them is ever null. */
export const MIGRATION_SORTS = {
  registeredAt: 'seq',
  lastSafeMoment: 'last_safe',
  firstOriginalEnd: 'first_end',
  updatedAt: 'updated_at',
  customerName: 'customer_name',
} as const satisfies Readonly<Record<string, SortColumn>>;
export type MigrationSort = keyof typeof MIGRATION_SORTS;

export interface ListMigrations {
  readonly filter: MigrationFilter;
  readonly sort: MigrationSort;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor?: Cursor;
}

export function createMigrationQueries(db: Kysely<ReadModelTables>, bounds?: SearchBounds) {
  const search = createPageSearch(db, bounds);

  async function bySeq(seqs: readonly number[]): Promise<ReadonlyMap<number, StoredMigration>> {
    if (seqs.length === 0) return new Map();
    const rows = await selectStored(db).where('states.seq', 'in', seqs).execute();
    return new Map(rows.map((row) => [row.seq, storedFrom(row)]));
  }

  return {
    async list({ filter, sort, descending, limit, cursor }: ListMigrations, now: Instant): Promise<Page<MigrationSummary>> {
      const found = await search.find(
        { filter, column: MIGRATION_SORTS[sort], descending, limit: limit + 1, ...(cursor && { cursor }) },
        now,
      );
      const stored = await bySeq(found.slice(0, limit).map((row) => row.seq));
      return pageOf(
        found,
        limit,
        (row) => ({ after: String(row.sort_value), id: String(row.seq) }),
        (row) => {
          const { state, recorded } = stored.get(row.seq)!;
          return summaryOf(state, recorded, now);
        },
      );
    },

    /** Exactly how many the filter hits. */
    async count(filter: MigrationFilter, now: Instant): Promise<number> {
      const query = await search.matching(filter, now);
      const row = await query.select((select) => select.fn.countAll().as('n')).executeTakeFirstOrThrow();
      return Number(row.n);
    },

    /** Ids that the filter hits, in order, from after `afterId` on. */
    async ids(filter: MigrationFilter, now: Instant, limit: number, afterId?: string): Promise<readonly string[]> {
      const matching = await search.matching(filter, now);
      let query = matching.innerJoin('migration_states', 'migration_states.seq', 'migrations.seq').select('migration_states.id');
      if (afterId !== undefined) query = query.where('migration_states.id', '>', afterId);
      return (await query.orderBy('migration_states.id').limit(limit).execute()).map((row) => row.id);
    },

    async byId(id: string): Promise<StoredMigration | undefined> {
      const row = await selectStored(db).where('states.id', '=', id).executeTakeFirst();
      return row && storedFrom(row);
    },

    async byIds(ids: readonly string[]): Promise<readonly StoredMigration[]> {
      if (ids.length === 0) return [];
      return (await selectStored(db).where('states.id', 'in', ids).execute()).map(storedFrom);
    },
  };
}

export type MigrationQueries = ReturnType<typeof createMigrationQueries>;
