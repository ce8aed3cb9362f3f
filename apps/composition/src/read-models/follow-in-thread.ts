import { Worker } from 'node:worker_threads';
import { type DataFolder, openReadModelDatabase } from '#engines/sqlite';
import { CommittedPositions, type Delay } from '#event-sourcing';
import { type ReadModels, queriesInUse } from '#application';
import { type ReadModelTables, createCopyQueries, createOperationsTables, createToDoLook, createToDoStore } from '#read-models';
import { fillReadModels } from './fill-read-models.ts';
import { ReadModelFiles } from './read-model-files.ts';
import { ReadModelThread, type ThreadEnd } from './read-model-thread.ts';
import type { Following } from './serve-read-models.ts';

export interface FollowInThreadOptions {
  readonly folder: DataFolder;
  /** The event log's own file. */
  readonly log: string;
  /** Tells of each commit to the log. Returns the way to stop it. */
  readonly onGrown: (listener: () => void) => () => void;
  /** Every type that may stand in the log. */
  readonly eventTypes: readonly string[];
  /** Who owns the checkpoint: the same after a restart where nobody else can be running. */
  readonly owner: string;
  readonly delay: Delay;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
  /** A thread that follows the log: a worker where nothing else is said. */
  readonly startThread?: (following: Following) => ThreadEnd;
  /** Fills a copy with what the log holds: in a worker where nothing else is said. */
  readonly fill?: typeof fillReadModels;
}

function startWorker(following: Following): ThreadEnd {
  return new Worker(new URL('./read-models.worker.js', import.meta.url), { workerData: following, name: 'read models' });
}

/**
 * Read models that a thread of their own keeps up with the log. That thread alone writes to their file; this one asks,
 * through a connection of its own, and is told how far the rows are.
 */
export async function followInThread(options: FollowInThreadOptions): Promise<ReadModels & { close(): Promise<void> }> {
  const { folder, log, onGrown, eventTypes, owner, delay, random, onError, startThread = startWorker, fill = fillReadModels } = options;
  const files = await ReadModelFiles.open(folder);
  const operations = openReadModelDatabase<ReadModelTables>(folder.file('operations.db'));
  // Its commits then wait for no disk; the thread moves them to the file itself.
  operations.database.exec('PRAGMA wal_autocheckpoint = 0');
  const opened = [operations];
  const stopping = new AbortController();
  let hurryTo: ReadModelThread['hurryTo'] = () => undefined;
  const positions = new CommittedPositions(delay, (position) => hurryTo(position));

  function openForReading(path: string) {
    const database = openReadModelDatabase<ReadModelTables>(path);
    opened.push(database);
    const { queries } = database;
    return { database, queries: createCopyQueries(queries), toDos: createToDoStore(queries), look: createToDoLook(queries) };
  }

  async function close(): Promise<void> {
    for (const database of opened.splice(0)) await database.close();
  }

  async function start(): Promise<ReadModelThread> {
    await createOperationsTables(operations.queries);
    return ReadModelThread.start({
      startThread: (following) =>
        startThread({ ...following, log, copy: files.current, operations: folder.file('operations.db'), owner, eventTypes }),
      onCommitted: (position, streams) => positions.advance(position, new Set(streams)),
      async switchTo(path) {
        const next = openForReading(path);
        await files.switchTo(path);
        copy = next;
      },
      onError,
      delay,
      random,
    });
  }

  const thread = await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  hurryTo = (position) => thread.hurryTo(position);
  let copy = openForReading(files.current);
  const stopTelling = onGrown(() => thread.grown());
  // What was appended between the thread's first look and this line.
  thread.grown();

  return {
    queries: queriesInUse(() => copy.queries, positions),
    toDos: {
      // Mostly there is nothing due, and what was done has been taken away by the projection: a look is less than a way to the thread.
      claimDue: async (now, ...claim) => ((await copy.look.mayClaim(now)) ? thread.ask('claimDue', now, ...claim) : []),
      async settle(id, settlement, claimant) {
        if (settlement.kind === 'again' || (await copy.look.isInHand(id, claimant))) await thread.ask('settle', id, settlement, claimant);
      },
      nextDue: () => copy.toDos.nextDue(),
      release: (claimant) => thread.ask('release', claimant),
    },
    importRows: {
      received: (...received) => thread.ask('importReceived', ...received),
      accounted: (...accounted) => thread.ask('importAccounted', ...accounted),
      ended: (...ended) => thread.ask('importEnded', ...ended),
    },
    operations: operations.queries,
    async check() {
      await copy.database.queries.selectFrom('checkpoints').select('name').limit(1).execute();
    },
    checkFollowing: () => thread.checkFollowing(),
    async rebuild(onProgress) {
      const beside = files.beside();
      await fill({ log, copy: beside, owner, eventTypes }, onProgress, stopping.signal);
      await thread.ask('takeOver', beside);
    },
    async stop() {
      stopping.abort();
      stopTelling();
      await thread.stop();
    },
    async close() {
      await close();
      files.removeReplaced();
    },
  };
}
