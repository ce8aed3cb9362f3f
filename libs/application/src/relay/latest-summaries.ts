import type { Clock, Position } from '#kernel';
import { type MigrationSummary, summaryOf } from '#migration';
import type { ReadModelQueries } from '../read-models/index.ts';

/** Summaries of migrations as they stand at that position in the log, or later. Rejects when the signal aborts meanwhile. */
export type LatestSummaries = (migrationIds: readonly string[], at: Position, signal: AbortSignal) => Promise<readonly MigrationSummary[]>;

const AT_A_TIME = 200;

/** From the read models, once they are there: they fold each event anyway. */
export function summariesFromReadModels(queries: Pick<ReadModelQueries, 'migrations' | 'positions'>, clock: Clock): LatestSummaries {
  return async (migrationIds, at, signal) => {
    await queries.positions.waitFor(at, Infinity, signal);
    const now = clock.now();
    const summaries: MigrationSummary[] = [];
    for (let from = 0; from < migrationIds.length; from += AT_A_TIME) {
      const stored = await queries.migrations.byIds(migrationIds.slice(from, from + AT_A_TIME));
      summaries.push(...stored.map(({ state, recorded }) => summaryOf(state, recorded, now)));
    }
    return summaries;
  };
}
