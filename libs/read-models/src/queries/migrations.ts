import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { Day, Instant } from '#kernel';
import { type Migration, type MigrationSummary, type Recorded, type Risk, type Stage, summaryOf } from '#migration';
import type { ReadModelTables } from '../tables.ts';
import { type Cursor, type Page, pageOf } from './cursor.ts';

export interface MigrationFilter {
  readonly stage?: readonly Stage[];
  readonly risk?: readonly Risk[];
  readonly wave?: string;
  readonly program?: string;
  /** Part of the customer's name, domain or tenant id, in any case. */
  readonly q?: string;
  /** Exclusive: a last day before it. */
  readonly endsBefore?: Day;
}

/** What a list may be sorted by; each has an index, and none of them is ever null. */
export const MIGRATION_SORTS = {
  registeredAt: 'registered_at',
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

export function createMigrationQueries(db: Kysely<ReadModelTables>) {
  function filtered(filter: MigrationFilter, now: Instant) {
    let query = db.selectFrom('migrations');
    if (filter.stage) query = query.where('stage', 'in', filter.stage);
    if (filter.wave !== undefined) query = query.where('wave', '=', filter.wave);
    if (filter.program !== undefined) query = query.where('programs', 'like', `%,${filter.program},%`);
    if (filter.endsBefore !== undefined) query = query.where('first_end', '<', filter.endsBefore);
    if (filter.q) query = query.where(sql<SqlBool>`search like ${`%${likeText(filter.q.toLowerCase())}%`} escape '!'`);
    if (filter.risk) {
      const risks = filter.risk;
      query = query.where((row) => {
        const noGap = row('gap', '=', 0);
        const act = row('act_from', '<=', now);
        const watch = row('watch_from', '<=', now);
        const of: Record<Risk, () => Expression<SqlBool>> = {
          gap: () => row('gap', '=', 1),
          act: () => row.and([noGap, act]),
          watch: () => row.and([noGap, row('act_from', '>', now), watch]),
          none: () => row.and([noGap, row('act_from', '>', now), row('watch_from', '>', now)]),
        };
        return row.or(risks.map((risk) => of[risk]()));
      });
    }
    return query;
  }

  return {
    async list({ filter, sort, descending, limit, cursor }: ListMigrations, now: Instant): Promise<Page<MigrationSummary>> {
      const column = MIGRATION_SORTS[sort];
      const beyond = descending ? '<' : '>';
      let query = filtered(filter, now).select(['id', 'state', 'updated_at', 'version', `${column} as sort_value`]);
      if (cursor) {
        query = query.where((row) => row.or([row(column, beyond, cursor.after), row.and([row(column, '=', cursor.after), row('id', beyond, cursor.id)])]));
      }
      const direction = descending ? 'desc' : 'asc';
      const rows = await query.orderBy(column, direction).orderBy('id', direction).limit(limit + 1).execute();
      return pageOf(rows, limit, (row) => ({ after: row.sort_value, id: row.id }), (row) => {
        const { state, recorded } = stored(row);
        return summaryOf(state, recorded, now);
      });
    },

    /** Exactly how many the filter hits. */
    async count(filter: MigrationFilter, now: Instant): Promise<number> {
      const row = await filtered(filter, now).select((select) => select.fn.countAll().as('n')).executeTakeFirstOrThrow();
      return Number(row.n);
    },

    /** Ids that the filter hits, in order, from after `afterId` on. */
    async ids(filter: MigrationFilter, now: Instant, limit: number, afterId?: string): Promise<readonly string[]> {
      let query = filtered(filter, now).select('id');
      if (afterId !== undefined) query = query.where('id', '>', afterId);
      return (await query.orderBy('id').limit(limit).execute()).map((row) => row.id);
    },

    async byId(id: string): Promise<StoredMigration | undefined> {
      const row = await db.selectFrom('migrations').select(['state', 'updated_at', 'version']).where('id', '=', id).executeTakeFirst();
      return row && stored(row);
    },

    async byIds(ids: readonly string[]): Promise<readonly StoredMigration[]> {
      if (ids.length === 0) return [];
      return (await db.selectFrom('migrations').select(['state', 'updated_at', 'version']).where('id', 'in', ids).execute()).map(stored);
    },
  };
}

export type MigrationQueries = ReturnType<typeof createMigrationQueries>;

function stored(row: { readonly state: string; readonly updated_at: string; readonly version: number }): StoredMigration {
  return { state: JSON.parse(row.state) as Migration, recorded: { updatedAt: row.updated_at as Instant, version: row.version } };
}

/** What is looked for means itself: nothing in it is a wildcard. */
function likeText(text: string): string {
  return text.replace(/[%_!]/g, '!$&');
}

