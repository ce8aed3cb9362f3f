import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { ImportRowReport } from '../import-events.ts';
import type { ImportState } from '../import-rows.ts';
import type { ReadModelTables } from '../tables.ts';
import { type Page, pageOf } from './cursor.ts';

/** Contract §3, `GET /v1/imports/{id}`. */
export interface ImportView {
  readonly id: string;
  readonly state: ImportState;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly receivedAt: Instant;
  readonly updatedAt: Instant;
  readonly detail: string | null;
}

export interface ListImportRows {
  readonly importId: string;
  readonly outcome?: ImportRowReport['outcome'];
  readonly limit: number;
  /** Only rows on later physical lines. */
  readonly afterLine?: number;
}

export function createImportQueries(db: Kysely<ReadModelTables>) {
  return {
    async byId(id: string): Promise<ImportView | undefined> {
      const row = await db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return undefined;
      return {
        id: row.id,
        state: row.state as ImportState,
        dryRun: row.dry_run === 1,
        rows: row.rows,
        accepted: row.accepted,
        rejected: row.rejected,
        duplicates: row.duplicates,
        receivedAt: row.received_at as Instant,
        updatedAt: row.updated_at as Instant,
        detail: row.detail,
      };
    },
    async rows({ importId, outcome, limit, afterLine }: ListImportRows): Promise<Page<ImportRowReport>> {
      let query = db.selectFrom('import_rows').select(['line', 'outcome', 'report']).where('import_id', '=', importId);
      if (outcome) query = query.where('outcome', '=', outcome);
      if (afterLine !== undefined) query = query.where('line', '>', afterLine);
      const rows = await query
        .orderBy('line')
        .limit(limit + 1)
        .execute();
      return pageOf(
        rows,
        limit,
        (row) => ({ after: String(row.line), id: importId }),
        (row) => ({
          line: row.line,
          outcome: row.outcome as ImportRowReport['outcome'],
          ...(JSON.parse(row.report) as Pick<ImportRowReport, 'warnings'>),
        }),
      );
    },
    /** Imports that were not finished when the service stopped. */
    unfinished: () => idsOfUnfinished(db, 0),
    /** Those that are being carried out, and those that somebody died with. */
    unfinishedDryRuns: () => idsOfUnfinished(db, 1),
  };
}

async function idsOfUnfinished(db: Kysely<ReadModelTables>, dryRun: 0 | 1): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('imports')
    .select('id')
    .where('state', 'in', ['received', 'running'])
    .where('dry_run', '=', dryRun)
    .orderBy('received_at')
    .execute();
  return rows.map((row) => row.id);
}

export type ImportQueries = ReturnType<typeof createImportQueries>;
