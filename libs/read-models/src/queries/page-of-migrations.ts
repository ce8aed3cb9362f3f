import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Instant } from '#kernel';
import { isPostgres } from '../schema.ts';
import type { MigrationsTable, ReadModelTables } from '../tables.ts';
import { type Cursor, numberIn } from './cursor.ts';
import { type Condition, type MigrationFilter, type SortColumn, asItIs, plain } from './migration-filter.ts';
import { allOf, createNarrowing, narrowed } from './narrowing.ts';

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
  /** So many rows are looked up and sorted in less time than anything else takes. */
  readonly few: number;
  /** Rows of a sort's index that are looked at in the hope of a full page: first so many, then more. */
  readonly walks: readonly number[];
  /** So many rows are looked up and sorted faster than the table is read. */
  readonly many: number;
}

type SortKey = RawBuilder<string | number>;
type Walked = SelectQueryBuilder<ReadModelTables, 'migrations', MigrationsTable>;

const BOUNDS: SearchBounds = { few: 500, walks: [200, 2_000], many: 20_000 };

/** The sort's column in a form that keeps its index out of the plan. */
function unindexedKey(column: SortColumn, postgres: boolean): SortKey {
  if (!postgres) return plain(column);
  return column === 'seq' ? asItIs(column) : sql<string>`${sql.ref(`migrations.${column}`)} || ''`;
}

/**
 * Finds the rows of a page. What is fastest depends on how much the filter leaves, which an engine without histograms
 * cannot know, and one with them only guesses, so it is found out, each step within a bound:
 * 1. few: the search, or one of the filters by its index, leaves so few rows that sorting them is nothing;
 * 2. walk: the first rows in the sort's order are looked at, and the page is full before long, as it mostly is;
 * 3. many: the filter whose index names the fewest rows is asked for them, and they are sorted;
 * 4. scan: the narrow table is read from end to end, without a look into any index.
 * Which of the last two it is to be, PostgreSQL knows by itself.
 */
export function createPageSearch(db: Kysely<ReadModelTables>, bounds = BOUNDS) {
  const postgres = isPostgres(db);
  const narrowing = createNarrowing(db);

  /** Rows in order from the cursor on; `among`: of these, instead of all. */
  function ordered({ column, descending, cursor }: PageOptions, key: SortKey, among?: Walked) {
    const beyond = descending ? '<' : '>';
    const direction = descending ? 'desc' : 'asc';
    let query = among ? db.selectFrom(among.as('migrations')) : db.selectFrom('migrations');
    if (cursor && column === 'seq') query = query.where(key, beyond, numberIn(cursor));
    else if (cursor)
      query = query.where(sql<boolean>`(${key}, ${sql.ref('migrations.seq')}) ${sql.raw(beyond)} (${cursor.after}, ${numberIn(cursor)})`);
    query = query.orderBy(key, direction);
    return column === 'seq' ? query : query.orderBy('migrations.seq', direction);
  }

  function page(options: PageOptions, key: SortKey, conditions: readonly Condition[], among?: Walked) {
    return narrowed(ordered(options, key, among), conditions)
      .select(['migrations.seq', `migrations.${options.column} as sort_value`])
      .limit(options.limit);
  }

  /** So many first rows in the order of the sort, `within` which it begins and ends; of these the page is made, as far as they fill it. */
  function walking(options: PageOptions, rows: number, within: readonly Condition[], conditions: readonly Condition[]) {
    const walk = narrowed(ordered(options, asItIs(options.column)), within).limit(rows);
    return postgres
      ? page(options, asItIs(options.column), conditions, walk.selectAll('migrations'))
      : page(options, plain(options.column), conditions).where('migrations.seq', 'in', walk.select('migrations.seq'));
  }

  return {
    async find(options: PageOptions, now: Instant): Promise<readonly Found[]> {
      const { filter, column, limit } = options;
      const asked = narrowing.asked(filter, now);
      const few = await narrowing.leavingFew(asked, bounds.few);
      if (few) return page(options, unindexedKey(column, postgres), few).execute();

      // A condition on the column that sorts only says where its order begins or ends.
      const end = asked.conditions.find((condition) => condition.column === column);
      const within = end?.indexed ? [end.indexed] : [];
      const others = allOf({ ...asked, conditions: asked.conditions.filter((condition) => condition !== end) });
      if (others.length === 0) return page(options, asItIs(column), within).execute();
      for (const rows of bounds.walks) {
        const walked = await walking(options, rows, within, others).execute();
        if (walked.length === limit) return walked;
      }

      const narrowest = postgres ? undefined : await narrowing.narrowestOf(asked, bounds.many);
      // Read from end to end, the table is in the order of its key anyway.
      const key = column === 'seq' && !narrowest ? asItIs(column) : unindexedKey(column, postgres);
      return page(options, key, allOf(asked, narrowest)).execute();
    },
    /** Every row that the filter hits. */
    async matching(filter: MigrationFilter, now: Instant) {
      const asked = narrowing.asked(filter, now);
      return narrowed(db.selectFrom('migrations'), (await narrowing.leavingFew(asked, bounds.few)) ?? allOf(asked));
    },
  };
}
