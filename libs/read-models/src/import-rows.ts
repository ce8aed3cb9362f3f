import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { ImportRowCounts, ImportRowReport } from './import-events.ts';
import type { ReadModelTables } from './tables.ts';

export type ImportState = 'received' | 'running' | 'done' | 'failed';

const ROWS_PER_STATEMENT = 500;

/** Writes what is known of an import; a dry run writes the very same rows, without an event. */
export function createImportRows(db: Pick<Kysely<ReadModelTables>, 'insertInto' | 'updateTable'>) {
  return {
    async received(id: string, rows: number, dryRun: boolean, at: Instant): Promise<void> {
      await db
        .insertInto('imports')
        .values({
          id,
          state: 'received',
          dry_run: dryRun ? 1 : 0,
          rows,
          accepted: 0,
          rejected: 0,
          duplicates: 0,
          received_at: at,
          updated_at: at,
          detail: null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    async accounted(id: string, outcomes: readonly ImportRowReport[], at: Instant): Promise<void> {
      for (let start = 0; start < outcomes.length; start += ROWS_PER_STATEMENT) {
        await db
          .insertInto('import_rows')
          .values(
            outcomes
              .slice(start, start + ROWS_PER_STATEMENT)
              .map(({ line, outcome, ...report }) => ({ import_id: id, line, outcome, report: JSON.stringify(report) })),
          )
          .onConflict((conflict) => conflict.columns(['import_id', 'line']).doNothing())
          .execute();
      }
      const count = (outcome: ImportRowReport['outcome']): number => outcomes.filter((row) => row.outcome === outcome).length;
      await db
        .updateTable('imports')
        .set((row) => ({
          state: 'running',
          accepted: row('accepted', '+', count('accepted')),
          rejected: row('rejected', '+', count('rejected')),
          duplicates: row('duplicates', '+', count('duplicate')),
          updated_at: at,
        }))
        .where('id', '=', id)
        .execute();
    },
    async ended(id: string, state: 'done' | 'failed', counts: ImportRowCounts | null, detail: string | null, at: Instant): Promise<void> {
      await db
        .updateTable('imports')
        .set({ state, detail, updated_at: at, ...counts })
        .where('id', '=', id)
        .execute();
    },
  };
}

export type ImportRows = ReturnType<typeof createImportRows>;
