import type { Clock, Position } from '#kernel';
import { type MigrationSummary, summaryOf } from '#migration';
import type { FoldedLately } from '#read-models';
import type { ReadModelQueries } from '../read-models/index.ts';

/**
 * Summaries of migrations as they stand at that position in the log, or later: `revisions` says at which revision each
 * of them stands there. Rejects when the signal aborts meanwhile.
 */
export type LatestSummaries = (
  revisions: ReadonlyMap<string, number>,
  at: Position,
  signal: AbortSignal,
) => Promise<readonly MigrationSummary[]>;

const AT_A_TIME = 200;

export interface SummarySources {
  readonly queries: { readonly migrations: Pick<ReadModelQueries['migrations'], 'byIds'> } & Pick<ReadModelQueries, 'positions'>;
  /** Where this process keeps the rows up itself, it need not ask for what it has just folded into them. */
  readonly lately?: FoldedLately | undefined;
}

/** From the read models, once they are there: they fold each event anyway. */
export function summariesFromReadModels({ queries, lately }: SummarySources, clock: Clock): LatestSummaries {
  return async (revisions, at, signal) => {
    await queries.positions.waitFor(at, Infinity, signal);
    const now = clock.now();
    const summaries: MigrationSummary[] = [];
    const asked: string[] = [];
    for (const [id, revision] of revisions) {
      const folded = lately?.migration(id);
      if (folded && folded.recorded.version >= revision) summaries.push(summaryOf(folded.state, folded.recorded, now));
      else asked.push(id);
    }
    for (let from = 0; from < asked.length; from += AT_A_TIME) {
      const stored = await queries.migrations.byIds(asked.slice(from, from + AT_A_TIME));
      summaries.push(...stored.map(({ state, recorded }) => summaryOf(state, recorded, now)));
    }
    return summaries;
  };
}
