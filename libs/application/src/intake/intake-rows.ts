import type { EventStore, StateElsewhere } from '#event-sourcing';
import type { Position } from '#kernel';
import type { Migration } from '#migration';
import type { FoldedLately } from '#read-models';
import type { ReadModelQueries } from '../read-models/index.ts';
import type { MigrationRows } from './apply-message.ts';
import { AskedTogether } from './asked-together.ts';

/** What the read models know of whoever a message is about, and may be behind the log with. Rejects nobody: who gets no answer asks the log. */
export interface IntakeRows extends MigrationRows {
  /** False where nothing waits under the key, as far as the rows go. */
  mayWait(key: string): Promise<boolean>;
}

export interface IntakeRowsParts {
  readonly queries: {
    readonly migrations: Pick<ReadModelQueries['migrations'], 'byIds'>;
    readonly deadLetters: Pick<ReadModelQueries['deadLetters'], 'waiting'>;
    readonly positions: Pick<ReadModelQueries['positions'], 'current'>;
  };
  /** Where this process keeps the rows up itself: what it has just folded is asked of nobody. */
  readonly lately?: FoldedLately | undefined;
  readonly store: Pick<EventStore, 'head'>;
}

/** Messages come by the hundred: the rows are asked once for all that come together. */
export function createIntakeRows({ queries, lately, store }: IntakeRowsParts): IntakeRows {
  const migrations = new AskedTogether<StateElsewhere<Migration> | undefined>(async (ids) => {
    const found = await queries.migrations.byIds(ids);
    const byId = new Map(found.map(({ state, recorded }) => [state.id, { state, revision: recorded.version }]));
    return (id) => byId.get(id);
  });

  function foldedLately(id: string): StateElsewhere<Migration> | undefined {
    const folded = lately?.migration(id);
    return folded && { state: folded.state, revision: folded.recorded.version };
  }

  const waiting = new AskedTogether<boolean>(async (keys) => {
    const found = await queries.deadLetters.waiting(keys);
    return (key) => found.has(key);
  });
  let begin: Promise<Position> | undefined;
  let reached = false;

  /** What an earlier life of this process has parked, or whoever had its messages before, is in the rows. */
  async function knowThePast(): Promise<boolean> {
    if (reached) return true;
    begin ??= store.head();
    try {
      reached = queries.positions.current >= (await begin);
    } catch {
      begin = undefined;
    }
    return reached;
  }

  return {
    migration: async (id) => foldedLately(id) ?? migrations.of(id).catch(() => undefined),
    mayWait: async (key) => !(await knowThePast()) || (await waiting.of(key).catch(() => true)),
  };
}
