import type { Clock } from '#kernel';
import type { Delay, EventSchemas, EventStore, SoleWork } from '#event-sourcing';
import { CopyInUse } from './copy-in-use.ts';
import { BEAT_MS, LogFollower } from './log-follower.ts';
import { queriesInUse } from './queries-in-use.ts';
import type { ReadModels } from './read-models.ts';
import type { SharedReadModelEngine } from './shared-read-model-engine.ts';

export interface SharedReadModelsOptions {
  readonly engine: SharedReadModelEngine;
  readonly soleWork: SoleWork;
  readonly store: EventStore;
  readonly schemas: EventSchemas;
  readonly clock: Clock;
  /** Real milliseconds. */
  readonly delay: Delay;
  readonly random: () => number;
  /** Another one for each process and life. */
  readonly owner: string;
  /** Keeps the rows up with the log when no other process does. False in a process that only asks. */
  readonly follows: boolean;
  readonly onError: (error: unknown) => void;
}

const SILENT_AFTER_MS = 5 * BEAT_MS;
const ASK_FOR_REBUILD_MS = 500;

/**
 * Read models on a server that several processes use: each asks and claims for itself, one of them follows the log for
 * all. Resolves also when the server is away: what is asked until it is back rejects, and everything goes on by itself.
 */
export async function shareReadModels(options: SharedReadModelsOptions): Promise<ReadModels> {
  const { engine, delay, owner, follows } = options;
  const inUse = new CopyInUse(options);
  await inUse.start();
  const { positions } = inUse;
  const follower = follows ? new LogFollower({ ...options, positions }) : undefined;
  const stopping = new AbortController();
  let rebuilds = 0;

  return {
    queries: queriesInUse(() => inUse.copy.queries, positions),
    lately: { migration: (id) => follower?.lately?.migration(id) },
    toDos: {
      claimDue: async (...claim) => inUse.copy.toDoStore.claimDue(...claim),
      settle: async (...settlement) => inUse.copy.toDoStore.settle(...settlement),
      nextDue: async () => inUse.copy.toDoStore.nextDue(),
      release: async (claimant) => inUse.copy.toDoStore.release?.(claimant),
      renew: async (...claims) => inUse.copy.toDoStore.renew?.(...claims),
      dueElsewhere: async (now) => (await inUse.copy.toDoStore.dueElsewhere?.(now)) ?? false,
    },
    get importRows() {
      return inUse.copy.importRows;
    },
    operations: engine.operations,
    async check() {
      await engine.check();
      if (inUse.fault !== undefined) throw inUse.fault;
    },
    async checkFollowing() {
      const state = await engine.follower.state();
      if (!state) throw new Error('no process has followed the log yet: start a worker');
      if (state.silentMs > SILENT_AFTER_MS) {
        const seconds = Math.round(state.silentMs / 1_000);
        throw new Error(`nobody follows the log: the last process that did gave its last sign of life ${seconds} s ago. Start a worker`);
      }
      if (state.fault !== null) throw new Error(state.fault);
    },
    async rebuild(onProgress) {
      const id = `${owner} ${(rebuilds += 1)}`;
      await engine.rebuilds.ask(id);
      follower?.wake();
      for (;;) {
        const asked = await engine.rebuilds.state(id);
        if (!asked || asked.state === 'failed') throw new Error(asked?.detail ?? 'the rebuild is not known any more: begin it again');
        onProgress(asked.events);
        if (asked.state === 'done') break;
        stopping.signal.throwIfAborted();
        await delay(ASK_FOR_REBUILD_MS, stopping.signal).catch(() => undefined);
      }
      await inUse.look();
    },
    async stop() {
      stopping.abort(new Error('the service is stopping: whoever follows the log next carries the rebuild out'));
      await follower?.stop();
      await inUse.stop();
    },
  };
}
