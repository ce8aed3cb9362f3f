import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Instant } from '#kernel';
import type { MigrationsTable, ReadModelTables } from '../tables.ts';
import { isPostgres } from '../schema.ts';
import { type Cursor, numberIn } from './cursor.ts';
import {
  type Condition,
  type FilterCondition,
  type MigrationFilter,
  asItIs,
  conditionsOf,
  containsText,
  plain,
  roughPattern,
} from './migration-filter.ts';

export type SortColumn = 'seq' | 'last_safe' | 'first_end' | 'updated_at' | 'customer_name';

export interface PageOptions {
  readonly filter: MigrationFilter;
  readonly column: SortColumn;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor?: Cursor;
}

export interface Found {
  readonly seq: number;
  readonly sort_value: string | number;
}

export interface SearchBounds {
  /** So many rows are looked up and sorted faster than the table is read. */
  readonly few: number;
  /** Rows of a sort's index that are looked at before the table is read instead. */
  readonly walk: number;
}

type Walked = SelectQueryBuilder<ReadModelTables, 'migrations', MigrationsTable>;

const BOUNDS: SearchBounds = { few: 500, walk: 800 };
/** The search index is one of trigrams. */
const SHORTEST_SEARCH = 3;

/**
 * Finds the rows of a page. What is fastest depends on how much the filter leaves, which an engine without histograms
 * cannot know, and one with them only guesses, so it is found out, each step within a bound:
 * 1. few: the search, or one of the filters by its index, leaves so few rows that sorting them is nothing;
 * 2. walk: the first rows in the sort's order are looked at, and the page is full before long, as it mostly is;
 * 3. scan: the narrow table is read from end to end, without a look into any index.
 */
export function createPageSearch(db: Kysely<ReadModelTables>, bounds = BOUNDS) {
  const postgres = isPostgres(db);
  const unindexedColumn = postgres ? asItIs : plain;

  /** The rows that may have `q` in name, domain or tenant, if they are few. */
  async function foundBy(q: string): Promise<readonly number[] | undefined> {
    if (q.length < SHORTEST_SEARCH) return undefined;
    const rows = await db
      .selectFrom('migration_search')
      .select('rowid')
      .where('search', 'like', roughPattern(q))
      .limit(bounds.few + 1)
      .execute();
    return rows.length > bounds.few ? undefined : rows.map((row) => row.rowid);
  }

  async function isFew({ indexed }: FilterCondition): Promise<boolean> {
    if (!indexed) return false;
    const rows = await db
      .selectFrom('migrations')
      .select('seq')
      .where(indexed)
      .limit(bounds.few + 1)
      .execute();
    return rows.length <= bounds.few;
  }

  /** The filter's conditions, the one that leaves few in the form that an index answers. */
  async function narrowing(
    filter: MigrationFilter,
    now: Instant,
  ): Promise<{ readonly few: boolean; readonly conditions: readonly Condition[] }> {
    const conditions = conditionsOf(filter, now, unindexedColumn);
    const unindexed = conditions.map((condition) => condition.unindexed);
    const text = filter.q ? [containsText(filter.q)] : [];
    const found = filter.q ? await foundBy(filter.q) : undefined;
    if (found)
      return { few: true, conditions: [(row) => row('migrations.seq', 'in', found.length > 0 ? found : [-1]), ...unindexed, ...text] };
    for (const condition of conditions) {
      if (!(await isFew(condition))) continue;
      return {
        few: true,
        conditions: [condition.indexed!, ...conditions.filter((other) => other !== condition).map((other) => other.unindexed), ...text],
      };
    }
    return { few: false, conditions: [...unindexed, ...text] };
  }

  /** Rows in order from the cursor on. `key`: the sort's column, or an expression that keeps its index out of the plan. */
  function ordered({ column, descending, cursor }: PageOptions, key: RawBuilder<string | number>, among?: Walked) {
    const beyond = descending ? '<' : '>';
    const direction = descending ? 'desc' : 'asc';
    let query = among ? db.selectFrom(among.as('migrations')) : db.selectFrom('migrations');
    if (cursor && column === 'seq') query = query.where('migrations.seq', beyond, numberIn(cursor));
    else if (cursor)
      query = query.where(sql<boolean>`(${key}, ${sql.ref('migrations.seq')}) ${sql.raw(beyond)} (${cursor.after}, ${numberIn(cursor)})`);
    if (column !== 'seq') query = query.orderBy(key, direction);
    return query.orderBy('migrations.seq', direction);
  }

  /** `among`: rows to choose from, instead of all. */
  function page(options: PageOptions, key: RawBuilder<string | number>, conditions: readonly Condition[] = [], among?: Walked) {
    return allOf(conditions, ordered(options, key, among))
      .select(['migrations.seq', `migrations.${options.column} as sort_value`])
      .limit(options.limit);
  }

  function allOf<Query extends { where(condition: Condition): Query }>(conditions: readonly Condition[], query: Query): Query {
    return conditions.reduce((narrower, condition) => narrower.where(condition), query);
  }

  return {
    async find(options: PageOptions, now: Instant): Promise<readonly Found[]> {
      const { filter, column, limit } = options;
      const { few, conditions } = await narrowing(filter, now);
      const byIndex = sql.ref<string | number>(`migrations.${column}`);
      if (conditions.length === 0) return page(options, byIndex).execute();
      const narrowed = page(options, column === 'seq' ? byIndex : plain(column), conditions);
      if (!few) {
        const walked = ordered(options, byIndex).limit(bounds.walk);
        const found = await (
          postgres
            ? page(options, byIndex, conditions, walked.selectAll('migrations'))
            : narrowed.where('migrations.seq', 'in', walked.select('migrations.seq'))
        ).execute();
        if (found.length === limit) return found;
      }
      return narrowed.execute();
    },
    /** Every row that the filter hits. */
    async matching(filter: MigrationFilter, now: Instant) {
      return allOf((await narrowing(filter, now)).conditions, db.selectFrom('migrations'));
    },
  };
}
