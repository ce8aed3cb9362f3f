import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import { type Migration, type MigrationSummary, type Recorded, summaryOf } from '#migration';
import { type StoredTexts, migrationFrom } from '../migration-text.ts';
import type { ReadModelTables } from '../tables.ts';
import { type Cursor, type Page, numberIn, pageOf } from './cursor.ts';
import { type FilterCondition, type MigrationFilter, conditionsOf, containsText, roughPattern } from './migration-filter.ts';

export type { MigrationFilter } from './migration-filter.ts';

/** What a list may be sorted by; each has an index, and none of them is ever null. */
export const MIGRATION_SORTS = {
  registeredAt: 'seq',
  lastSafeMoment: 'last_safe',
  firstOriginalEnd: 'first_end',
  updatedAt: 'updated_at',
  customerName: 'customer_name',
} as const;
export type MigrationSort = keyof typeof MIGRATION_SORTS;

export interface ListMigrations {
  readonly filter: MigrationFilter;
  readonly sort: MigrationSort;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor?: Cursor;
}

export interface StoredMigration {
  readonly state: Migration;
  readonly recorded: Recorded;
}

/** So many rows are looked up and sorted faster than a sort's index is walked in search of them. */
const FEW = 1_000;
/** The search index is one of trigrams. */
const SHORTEST_SEARCH = 3;

export function createMigrationQueries(db: Kysely<ReadModelTables>) {
  const storedRows = () =>
    db
      .selectFrom('migrations')
      .innerJoin('terms', 'terms.id', 'migrations.terms')
      .select(['seq', 'migrations.id', 'customer_name', 'wave', 'search', 'state', 'terms.text as terms_text', 'updated_at', 'version']);

  /** The rows that may have `q` in name, domain or tenant, if they are few. */
  async function foundBy(q: string): Promise<readonly number[] | undefined> {
    if (q.length < SHORTEST_SEARCH) return undefined;
    const rows = await db
      .selectFrom('migration_search')
      .select('rowid')
      .where('search', 'like', roughPattern(q))
      .limit(FEW + 1)
      .execute();
    return rows.length > FEW ? undefined : rows.map((row) => row.rowid);
  }

  async function isFew({ indexed }: FilterCondition): Promise<boolean> {
    if (!indexed) return false;
    const rows = await db
      .selectFrom('migrations')
      .select('seq')
      .where(indexed)
      .limit(FEW + 1)
      .execute();
    return rows.length <= FEW;
  }

  /**
   * Whether a page is found faster by walking the sort's index until it is full, or by looking up what one of the
   * filters leaves, depends on how much that is; an engine that keeps no histograms cannot know. So each filter is asked
   * whether it leaves few, which takes a look at no more than a thousand entries of its index. Where one does, it alone
   * is written in the form that an index answers.
   */
  async function plan(filter: MigrationFilter, sort: MigrationSort, now: Instant) {
    const conditions = conditionsOf(filter, now);
    const found = filter.q ? await foundBy(filter.q) : undefined;
    let driving: FilterCondition | undefined;
    for (const condition of found ? [] : conditions) {
      if (inOrder(condition, filter, sort) || (await isFew(condition))) {
        driving = condition;
        break;
      }
    }
    return <Query extends { where(condition: FilterCondition['unindexed']): Query }>(query: Query): Query => {
      let narrowed = query;
      if (found) narrowed = narrowed.where((row) => row('seq', 'in', found.length > 0 ? found : [-1]));
      if (filter.q) narrowed = narrowed.where(containsText(filter.q));
      for (const condition of conditions)
        narrowed = narrowed.where((condition === driving ? condition.indexed : undefined) ?? condition.unindexed);
      return narrowed;
    };
  }

  return {
    async list({ filter, sort, descending, limit, cursor }: ListMigrations, now: Instant): Promise<Page<MigrationSummary>> {
      const narrow = await plan(filter, sort, now);
      const column = MIGRATION_SORTS[sort];
      const beyond = descending ? '<' : '>';
      const direction = descending ? 'desc' : 'asc';
      let query = narrow(storedRows().select(`${column} as sort_value`));
      if (cursor) {
        const number = numberIn(cursor);
        query =
          column === 'seq'
            ? query.where('seq', beyond, number)
            : query.where((row) => row(row.refTuple(column, 'seq'), beyond, row.tuple(cursor.after, number)));
      }
      if (column !== 'seq') query = query.orderBy(column, direction);
      const rows = await query
        .orderBy('seq', direction)
        .limit(limit + 1)
        .execute();
      return pageOf(
        rows,
        limit,
        (row) => ({ after: String(row.sort_value), id: String(row.seq) }),
        (row) => {
          const { state, recorded } = stored(row);
          return summaryOf(state, recorded, now);
        },
      );
    },

    /** Exactly how many the filter hits. */
    async count(filter: MigrationFilter, now: Instant): Promise<number> {
      const narrow = await plan(filter, 'registeredAt', now);
      const row = await narrow(db.selectFrom('migrations'))
        .select((select) => select.fn.countAll().as('n'))
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },

    /** Ids that the filter hits, in order, from after `afterId` on. */
    async ids(filter: MigrationFilter, now: Instant, limit: number, afterId?: string): Promise<readonly string[]> {
      const narrow = await plan(filter, 'registeredAt', now);
      let query = narrow(db.selectFrom('migrations')).select('id');
      if (afterId !== undefined) query = query.where('id', '>', afterId);
      return (await query.orderBy('id').limit(limit).execute()).map((row) => row.id);
    },

    async byId(id: string): Promise<StoredMigration | undefined> {
      const row = await storedRows().where('migrations.id', '=', id).executeTakeFirst();
      return row && stored(row);
    },

    async byIds(ids: readonly string[]): Promise<readonly StoredMigration[]> {
      if (ids.length === 0) return [];
      return (await storedRows().where('migrations.id', 'in', ids).execute()).map(stored);
    },
  };
}

export type MigrationQueries = ReturnType<typeof createMigrationQueries>;

/** The condition's index has what it leaves in the order of the sort. */
function inOrder({ name }: FilterCondition, filter: MigrationFilter, sort: MigrationSort): boolean {
  if (name === 'endsBefore') return sort === 'firstOriginalEnd';
  return sort === 'registeredAt' && (name === 'wave' || (name === 'stage' && filter.stage?.length === 1));
}

function stored(row: StoredTexts & { readonly updated_at: string; readonly version: number }): StoredMigration {
  return { state: migrationFrom(row), recorded: { updatedAt: row.updated_at as Instant, version: row.version } };
}
