import { setTimeout } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { EventLogFollower, EventLogReader, openReadModelDatabase } from '#engines/sqlite';
import { type ProjectionRunner, rebuild, runProjection } from '#event-sourcing';
import { type Position, instantFromEpoch } from '#kernel';
import { type ImportRows, type ReadModelTables, type ReadModelTransaction, createImportRows, openForWriting } from '#read-models';
import { readModelSchemas } from './read-model-schemas.ts';
import { type FromReadModels, type ReadModelWork, type ToReadModels, faultOf } from './thread-messages.ts';

/** Which log is folded into which copy. */
export interface Following {
  readonly log: string;
  readonly copy: string;
  /** A file that the service itself writes to, with its answers for idempotency keys: this thread waits for the disk in its stead. */
  readonly operations: string;
  /** Who owns the copy's checkpoint: the same for every thread that follows another. */
  readonly owner: string;
  /** Every type that may stand in the log. */
  readonly eventTypes: readonly string[];
  /** How far an earlier thread has told of its commits; `null` when there was none. */
  readonly toldUpTo: Position | null;
  /** 1: the log has grown since it was looked at, and this thread was told so. */
  readonly grown: Int32Array;
}

/** So many that a row which several events of a batch change is written once, and so few that who waits for the next commit waits briefly. */
const EVENTS_A_COMMIT = 2_000;
/** How long events gather at least while nobody waits for them: a migration is often changed several times within it. */
const GATHER_MS = 100;
/** How often what the service wrote beside the rows is moved from its write-ahead file. */
const MOVE_OPERATIONS_MS = 2_000;

interface WrittenCopy extends Awaited<ReturnType<typeof openForWriting>> {
  readonly importRows: ImportRows;
}

/** The life of the thread that writes the read models: follows the log by itself, and does what it is asked. */
export async function serveReadModels(port: MessagePort, following: Following): Promise<void> {
  const { log, copy: first, owner, eventTypes, toldUpTo, grown } = following;
  const send = (message: FromReadModels): void => port.postMessage(message);
  const reader = new EventLogReader(log);
  const store = new EventLogFollower(reader, () => Atomics.store(grown, 0, 0));
  const schemas = readModelSchemas(eventTypes);
  const closing: (() => Promise<void>)[] = [];
  let lastCommitMs = 0;
  let switching = Promise.withResolvers<undefined>();

  async function open(path: string): Promise<WrittenCopy> {
    const database = openReadModelDatabase<ReadModelTables>(path);
    closing.push(() => database.close());
    const written = await openForWriting(database.queries, owner);
    return { ...written, storage: timed(written.storage), importRows: createImportRows(database.queries) };
  }

  function timed(storage: WrittenCopy['storage']): WrittenCopy['storage'] {
    return {
      checkpoint: () => storage.checkpoint(),
      async commit(upTo, fold) {
        const start = performance.now();
        await storage.commit(upTo, fold);
        lastCommitMs = performance.now() - start;
      },
    };
  }

  let copy = await open(first);
  if (toldUpTo !== null) await tellOfCommitsSince(toldUpTo, await copy.storage.checkpoint());
  const runner: ProjectionRunner<ReadModelTransaction> = runProjection({
    store,
    schemas,
    projection: copy.projection,
    storage: copy.storage,
    batchSize: EVENTS_A_COMMIT,
    // On a busy machine this thread leaves at least half of its time to the commands.
    gatherMs: () => Math.max(GATHER_MS, lastCommitMs),
    clock: { now: () => instantFromEpoch(Date.now()) },
    delay: (ms, signal) => setTimeout(ms, undefined, { signal }),
    random: Math.random,
    onError: (error) => send({ kind: 'trouble', fault: faultOf(error) }),
  });
  runner.positions.onCommitted((position, streams) => send({ kind: 'committed', position, streams: [...streams] }));

  const operations = openReadModelDatabase<ReadModelTables>(following.operations);
  closing.push(() => operations.close());
  const moving = setInterval(() => operations.database.exec('PRAGMA wal_checkpoint(PASSIVE)'), MOVE_OPERATIONS_MS);

  /** The thread before this one may have died after a commit, and before it told of it. */
  async function tellOfCommitsSince(told: Position, upTo: Position): Promise<void> {
    for (let from = told; from < upTo;) {
      const events = (await reader.readAll({ from, limit: EVENTS_A_COMMIT })).filter((event) => event.position <= upTo);
      from = events.at(-1)?.position ?? upTo;
      send({ kind: 'committed', position: from, streams: [...new Set(events.map((event) => event.streamId))] });
    }
  }

  const work: ReadModelWork = {
    claimDue: (...claim) => copy.toDoStore.claimDue(...claim),
    settle: (...settlement) => copy.toDoStore.settle(...settlement),
    release: async (claimant) => copy.toDoStore.release?.(claimant),
    importReceived: (...received) => copy.importRows.received(...received),
    importAccounted: (...accounted) => copy.importRows.accounted(...accounted),
    importEnded: (...ended) => copy.importRows.ended(...ended),
    async following() {
      const { running, lastError } = runner.health();
      if (!running) throw new Error(`the read models are not following the log${lastError ? `: ${lastError.message}` : ''}`);
    },
    async takeOver(path) {
      const next = await open(path);
      await rebuild({
        store,
        schemas,
        live: runner,
        projection: next.projection,
        buildBeside: () => Promise.resolve(next.storage),
        async switchTo() {
          switching = Promise.withResolvers();
          send({ kind: 'switch', copy: path });
          await switching.promise;
          copy = next;
        },
      });
    },
    async stop() {
      clearInterval(moving);
      await runner.stop();
      for (const close of closing) await close();
      reader.close();
    },
  };

  async function answer({ number, work: name, details }: Extract<ToReadModels, { kind: 'ask' }>): Promise<void> {
    const works = work as unknown as Readonly<Record<string, (...details: readonly unknown[]) => Promise<unknown>>>;
    try {
      send({ kind: 'answer', number, value: await works[name]!(...details) });
    } catch (error) {
      send({ kind: 'refusal', number, fault: faultOf(error) });
    }
    if (name === 'stop') port.close();
  }

  port.on('message', (message: ToReadModels) => {
    switch (message.kind) {
      case 'ask':
        void answer(message);
        break;
      case 'grown':
        store.wake();
        break;
      case 'wanted':
        void runner.positions.waitFor(message.position, Infinity);
        break;
      case 'switched':
        if (message.fault) switching.reject(new Error(message.fault.message));
        else switching.resolve(undefined);
        break;
      default:
        message satisfies never;
    }
  });
  send({ kind: 'ready' });
}
