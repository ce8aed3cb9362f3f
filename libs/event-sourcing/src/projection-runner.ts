import type { Position, RecordedEvent } from '#kernel';
import { CommittedPositions } from './committed-positions.ts';
import type { EventBatch, EventStore } from './event-store.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { CheckpointTaken, commitBatch } from './projection.ts';
import type { Projection, ProjectionStorage } from './projection.ts';
import type { EventSchemas } from './schema-registry.ts';
import { runSubscription } from './subscription-loop.ts';
import type { BatchOutcome, RunningSubscription, SubscriptionHealth, SubscriptionLoopOptions } from './subscription-loop.ts';

/** What a runner writes with: exchanged as a whole when a rebuilt copy takes over. */
export interface LiveCopy<Tx> {
  readonly projection: Projection<Tx>;
  readonly storage: ProjectionStorage<Tx>;
}

export interface ProjectionRunnerOptions<Tx> extends LiveCopy<Tx>, Omit<SubscriptionLoopOptions, 'checkpoint' | 'handle' | 'store'> {
  readonly store: Pick<EventStore, 'subscribe' | 'head'>;
  readonly schemas: EventSchemas;
  /**
   * How long a runner that has caught up lets events gather before the next commit, as long as nobody waits for them:
   * under load one commit then writes many events, and a row that several of them change only once. Default 20 ms.
   * A function is asked after each commit.
   */
  readonly gatherMs?: number | (() => number);
  /** Where those who wait and listen are, if they outlive this runner. Default: positions of its own. */
  readonly positions?: CommittedPositions;
}

export interface ProjectionRunner<Tx> {
  /** How far the rows are; told after each commit, and at the start. */
  readonly positions: CommittedPositions;
  readonly live: LiveCopy<Tx>;
  health(): SubscriptionHealth;
  stop(): Promise<void>;
  /** Resolves when it has stopped, by `stop()` or because the checkpoint is another owner's. Never rejects. */
  readonly ended: Promise<void>;
  /**
   * Runs between two commits, so that the rows stand still at `position`; the copy that it returns is written from then
   * on, and must be at `position` or later. When it rejects, all stays as it was.
   */
  exchange(work: (position: Position) => Promise<LiveCopy<Tx>>): Promise<void>;
}

const WRITING = 'writing';

/** Keeps a projection's rows up with the log: rows and checkpoint in one transaction, batch by batch. Starts at once. */
export function runProjection<Tx>(options: ProjectionRunnerOptions<Tx>): ProjectionRunner<Tx> {
  const { schemas, projection, storage, gatherMs = 20, positions = new CommittedPositions(options.delay), ...loop } = options;
  const writing = new KeyedQueue();
  let live: LiveCopy<Tx> = { projection, storage };
  /**
   * What the rows themselves say: a database that was restored may have gone back, and what is missing in it is written
   * again. `undefined` where they have to be asked.
   */
  let written: Position | undefined;

  async function reached(): Promise<Position> {
    written ??= await live.storage.checkpoint();
    return written;
  }

  /** In turn with commits and exchanges: an answer of rows that are exchanged meanwhile would be another copy's. */
  const checkpoint = (): Promise<Position> =>
    writing.run(WRITING, async () => {
      written = undefined;
      try {
        const position = await reached();
        positions.advance(position);
        return position;
      } catch (error) {
        if (error instanceof CheckpointTaken) void subscription.stop();
        throw error;
      }
    });

  async function handle(batch: EventBatch): Promise<BatchOutcome> {
    try {
      await writing.run(WRITING, () => commit(batch));
      if (batch.caughtUp) await positions.whileNobodyWaits(typeof gatherMs === 'number' ? gatherMs : gatherMs());
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof CheckpointTaken) return { kind: 'stop', reason: error.message };
      throw error;
    }
  }

  async function commit({ events, upTo }: EventBatch): Promise<void> {
    // A copy that took over while this batch was waiting may have its first events already: they are told, not written again.
    const before = await reached();
    if (upTo > before) {
      const news = events.filter((event) => event.position > before);
      await commitBatch(live.storage, live.projection, schemas, news, upTo);
      written = upTo;
    }
    positions.advance(upTo, streamsOf(events));
  }

  const subscription: RunningSubscription = runSubscription({ ...loop, checkpoint, handle });
  return {
    positions,
    get live() {
      return live;
    },
    health: () => subscription.health(),
    stop: () => subscription.stop(),
    ended: subscription.ended,
    exchange: (work) =>
      writing.run(WRITING, async () => {
        live = await work(await reached());
        // Readers see the copy by now: where it stands is asked when the next batch comes, and again where that fails.
        written = undefined;
      }),
  };
}

function streamsOf(events: readonly RecordedEvent[]): ReadonlySet<string> {
  return new Set(events.map((event) => event.streamId));
}
