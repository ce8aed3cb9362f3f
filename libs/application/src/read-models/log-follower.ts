import type { Clock } from '#kernel';
import {
  type CommittedPositions,
  type Delay,
  type EventSchemas,
  type EventStore,
  type HeldWork,
  type ProjectionRunner,
  type SoleWork,
  catchUp,
  rebuild,
  runProjection,
} from '#event-sourcing';
import { type FoldedLately, type ReadModelTransaction, readModelWriting } from '#read-models';
import { announcedWriting } from './announced-writing.ts';
import { announcementTexts } from './committed-announcement.ts';
import type { NamedCopy, SharedReadModelEngine } from './shared-read-model-engine.ts';

export interface LogFollowerOptions {
  readonly engine: SharedReadModelEngine;
  readonly soleWork: SoleWork;
  readonly store: EventStore;
  readonly schemas: EventSchemas;
  readonly clock: Clock;
  readonly delay: Delay;
  readonly random: () => number;
  /** Another one for each process and life. */
  readonly owner: string;
  readonly positions: CommittedPositions;
  readonly onError: (error: unknown) => void;
}

const ASK_AGAIN_MS = 1_000;
/** Signs of life: who gives none for five of these is taken for dead. */
export const BEAT_MS = 2_000;
const BEATS_BETWEEN_CLEARING = 30;
/** Nobody waits for the rows of a copy that is being built: fewer commits. */
const EVENTS_A_COMMIT = 2_000;

type Runner = ProjectionRunner<ReadModelTransaction>;

/**
 * Keeps the shared rows up with the log whenever no other process does. One at a time has the sole work of it; where
 * two believe so for a moment, the checkpoint goes to the later one, and the other's next commit is refused.
 */
export class LogFollower {
  readonly #options: LogFollowerOptions;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #terms = 0;
  #failing = false;
  #lately: FoldedLately | undefined;
  #beatAgain = Promise.withResolvers<undefined>();

  constructor(options: LogFollowerOptions) {
    this.#options = options;
    this.#ended = this.#followForEver();
  }

  /** Of the copy that this process writes at the moment; `undefined` while it writes none. */
  get lately(): FoldedLately | undefined {
    return this.#lately;
  }

  /** There may be a rebuild to carry out. */
  wake(): void {
    this.#beatAgain.resolve(undefined);
  }

  /** Ends after the commit in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #followForEver(): Promise<void> {
    const { soleWork, engine, delay, onError } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        const held = await soleWork.take(engine.following);
        if (held) await this.#follow(held);
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) onError(error);
        this.#failing = true;
      }
      await delay(ASK_AGAIN_MS, this.#stopping.signal).catch(() => undefined);
    }
  }

  async #follow(held: HeldWork): Promise<void> {
    try {
      await this.#followAs(`${this.#options.owner} ${(this.#terms += 1)}`, held.lost);
    } finally {
      this.#lately = undefined;
      await held.release();
    }
  }

  /** Until it is stopped, the work is lost, or the checkpoint is somebody else's. */
  async #followAs(owner: string, lost: AbortSignal): Promise<void> {
    const { engine, store, schemas, clock, delay, random, positions, onError, owner: by } = this.#options;
    const copy = await engine.current();
    const over = new AbortController();
    const writing = announcedWriting({ by, copy: copy.name }, readModelWriting(copy.write, owner, 'once'), (tx, text) =>
      engine.announce(tx, text),
    );
    const runner: Runner = runProjection({ store, schemas, clock, delay, random, onError, positions, ...writing });
    this.#lately = writing.lately;
    const end = (): void => over.abort();
    const unless = AbortSignal.any([lost, this.#stopping.signal, over.signal]);
    void runner.ended.then(end);
    unless.addEventListener('abort', () => void runner.stop());
    if (unless.aborted) void runner.stop();
    await Promise.all([runner.ended, this.#beatUntil(unless, owner, runner, end)]);
  }

  async #beatUntil(over: AbortSignal, owner: string, runner: Runner, end: () => void): Promise<void> {
    const { engine, delay, onError } = this.#options;
    let building: string | undefined;
    let rebuilding: Promise<void> | undefined;
    for (let beats = 0; !over.aborted; beats += 1) {
      this.#beatAgain = Promise.withResolvers();
      try {
        await engine.follower.beat(owner, faultOf(runner));
        if (beats % BEATS_BETWEEN_CLEARING === 0) await engine.clearAway(building);
        const asked = rebuilding ? undefined : await engine.rebuilds.next();
        if (asked !== undefined) {
          rebuilding = this.#rebuild(asked, owner, runner, over, (name) => (building = name))
            // A switch that seems to have failed may have come through: the next term looks which copy is in use.
            .catch((error: unknown) => (onError(error), end()))
            .finally(() => (rebuilding = undefined));
        }
      } catch (error) {
        onError(error);
      }
      const waiting = new AbortController();
      await Promise.race([this.#beatAgain.promise, delay(BEAT_MS, AbortSignal.any([over, waiting.signal])).catch(() => undefined)]);
      waiting.abort();
    }
    await rebuilding;
  }

  async #rebuild(id: string, owner: string, live: Runner, over: AbortSignal, begun: (name: string | undefined) => void): Promise<void> {
    const { engine } = this.#options;
    try {
      const copy = await engine.beside();
      begun(copy.name);
      await engine.rebuilds.progress(id, 0);
      await this.#buildAndSwitch(copy, owner, live, over, new Progress(engine, id));
      await engine.rebuilds.end(id, 'done', null);
    } catch (error) {
      // Broken off, not failed: whoever follows next begins it anew.
      if (!over.aborted) await engine.rebuilds.end(id, 'failed', error instanceof Error ? error.message : 'for an unknown reason');
      throw error;
    } finally {
      begun(undefined);
    }
  }

  async #buildAndSwitch(copy: NamedCopy, owner: string, live: Runner, signal: AbortSignal, progress: Progress): Promise<void> {
    const { engine, store, schemas, owner: by } = this.#options;
    let inUse = false;
    const writing = announcedWriting({ by, copy: copy.name }, readModelWriting(copy.write, owner, 'once'), async (tx, text) => {
      if (inUse) await engine.announce(tx, text);
    });
    const reading = { store, schemas, signal };
    await catchUp({ ...reading, ...writing, batchSize: EVENTS_A_COMMIT, onProgress: ({ eventsDone }) => progress.filled(eventsDone) });
    await engine.complete(copy);
    await rebuild({
      ...reading,
      live,
      projection: writing.projection,
      buildBeside: () => Promise.resolve(writing.storage),
      switchTo: async () => {
        await engine.switchTo(copy);
        inUse = true;
        this.#lately = writing.lately;
      },
      onProgress: ({ eventsDone }) => progress.followed(eventsDone),
    });
    await progress.told();
    const [text] = announcementTexts({ by, copy: copy.name, position: live.positions.current, keys: [] });
    await copy.write.transaction().execute((tx) => engine.announce(tx, text!));
  }
}

/** Tells how far a rebuild is, one telling at a time. */
class Progress {
  readonly #engine: Pick<SharedReadModelEngine, 'rebuilds'>;
  readonly #id: string;
  #filled = 0;
  #telling: Promise<void> | undefined;

  constructor(engine: Pick<SharedReadModelEngine, 'rebuilds'>, id: string) {
    this.#engine = engine;
    this.#id = id;
  }

  filled(events: number): void {
    this.#filled = events;
    this.#tell(events);
  }

  followed(events: number): void {
    this.#tell(this.#filled + events);
  }

  async told(): Promise<void> {
    await this.#telling;
  }

  #tell(events: number): void {
    this.#telling ??= this.#engine.rebuilds
      .progress(this.#id, events)
      .catch(() => undefined)
      .finally(() => (this.#telling = undefined));
  }
}

function faultOf(runner: Runner): string | null {
  const { running, lastError } = runner.health();
  return running ? null : `the read models do not follow the log${lastError ? `: ${lastError.message}` : ''}`;
}
