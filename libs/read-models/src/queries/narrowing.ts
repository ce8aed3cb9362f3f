import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import { isPostgres } from '../schema.ts';
import type { ReadModelTables } from '../tables.ts';
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

/** The search index is one of trigrams. */
const SHORTEST_SEARCH = 3;

/** A filter as it is asked for now. */
export interface Asked {
  readonly conditions: readonly FilterCondition[];
  /** Part of the text of a row, which none of its columns tells. */
  readonly q: string | undefined;
}

/** Every condition, none in a form that an index answers, but for the one that is named. */
export function allOf({ conditions, q }: Asked, byIndex?: FilterCondition): readonly Condition[] {
  return [
    ...(byIndex?.indexed ? [byIndex.indexed] : []),
    ...conditions.filter((condition) => condition !== byIndex).map((condition) => condition.unindexed),
    ...(q ? [containsText(q)] : []),
  ];
}

export function narrowed<Query extends { where(condition: Condition): Query }>(query: Query, conditions: readonly Condition[]): Query {
  return conditions.reduce((narrower, condition) => narrower.where(condition), query);
}

/** Finds out how many rows the conditions of a filter leave, each by its index and within a bound. */
export function createNarrowing(db: Kysely<ReadModelTables>) {
  const unindexedColumn = isPostgres(db) ? asItIs : plain;

  /** The rows that may have `q` in name, domain or tenant, if they are no more than the bound. */
  async function foundBy(q: string, bound: number): Promise<readonly number[] | undefined> {
    if (q.length < SHORTEST_SEARCH) return undefined;
    const rows = await db
      .selectFrom('migration_search')
      .select('rowid')
      .where('search', 'like', roughPattern(q))
      .limit(bound + 1)
      .execute();
    return rows.length > bound ? undefined : rows.map((row) => row.rowid);
  }

  /** How many rows an index names; where they are more than the bound, only that they are. */
  async function namedBy(indexed: Condition, bound: number): Promise<number> {
    const rows = db
      .selectFrom('migrations')
      .select('seq')
      .where(indexed)
      .limit(bound + 1);
    const named = await db
      .selectFrom(rows.as('named'))
      .select((row) => row.fn.countAll().as('n'))
      .executeTakeFirstOrThrow();
    return Number(named.n);
  }

  return {
    asked(filter: MigrationFilter, now: Instant): Asked {
      return { conditions: conditionsOf(filter, now, unindexedColumn), q: filter.q };
    },

    /** All conditions, one in a form that an index answers, if that leaves no more rows than the bound. */
    async leavingFew(asked: Asked, bound: number): Promise<readonly Condition[] | undefined> {
      const found = asked.q ? await foundBy(asked.q, bound) : undefined;
      if (found) return [(row) => row('migrations.seq', 'in', found.length > 0 ? found : [-1]), ...allOf(asked)];
      for (const condition of asked.conditions) {
        if (condition.indexed && (await namedBy(condition.indexed, bound)) <= bound) return allOf(asked, condition);
      }
      return undefined;
    },

    /** The condition whose index names the fewest rows, if they are no more than the bound. */
    async narrowestOf({ conditions }: Asked, bound: number): Promise<FilterCondition | undefined> {
      let narrowest: FilterCondition | undefined;
      for (const condition of conditions) {
        const named = condition.indexed ? await namedBy(condition.indexed, bound) : Infinity;
        if (named > bound) continue;
        narrowest = condition;
        bound = named;
      }
      return narrowest;
    },
  };
}
