import { BEFORE_ALL, type Position, positionFromText } from '#kernel';
import { CommittedPositions, type Delay, type EventStore, type ToDoStore } from '#event-sourcing';
import {
  type ImportRows,
  READ_MODELS,
  type ReadModelCopyQueries,
  createImportRows,
  createSharedToDoStore,
  createCopyQueries,
} from '#read-models';
import { announcementOf } from './committed-announcement.ts';
import type { NamedCopy, SharedReadModelEngine } from './shared-read-model-engine.ts';

/** Nothing can be asked: the server that has the rows has not been reached since this process began. */
export class ReadModelsUnavailable extends Error {
  readonly code = 'read-models-unavailable';
  constructor(cause: unknown) {
    super('the read models have not been reached yet: it is tried again by itself', { cause });
  }
}

export interface OpenCopy extends NamedCopy {
  readonly queries: ReadModelCopyQueries;
  readonly toDoStore: ToDoStore;
  readonly importRows: ImportRows;
}

export interface CopyInUseOptions {
  readonly engine: Pick<SharedReadModelEngine, 'current' | 'listen'>;
  readonly store: Pick<EventStore, 'readAll'>;
  readonly delay: Delay;
  /** How this process is called in what it announces itself. */
  readonly owner: string;
  readonly onError: (error: unknown) => void;
}

/** How long something may go unnoticed that no announcement told of. */
const LOOK_MS = 1_000;
const PAGE = 1_000;
/** Beyond so many events that were not heard of, only the position is told: readers of the live stream see the rest at the next change. */
const MOST_PAGES = 20;

/**
 * The copy that all processes use at the moment, and how far it is: as announced, and looked up every second and
 * whenever an announcement may have been missed.
 */
export class CopyInUse {
  readonly positions: CommittedPositions;
  readonly #options: CopyInUseOptions;
  readonly #stopping = new AbortController();
  #copy: OpenCopy | undefined;
  #fault: Error | undefined;
  /** Up to here every touched stream was told. */
  #told: Position = BEFORE_ALL;
  /** Announcements may be missing since `#told`. */
  #mayHaveMissed = false;
  #lookAgain = Promise.withResolvers<undefined>();
  #looking: Promise<void> | undefined;
  #stopListening: () => Promise<void> = () => Promise.resolve();

  constructor(options: CopyInUseOptions) {
    this.#options = options;
    this.positions = new CommittedPositions(options.delay);
  }

  /** @throws ReadModelsUnavailable */
  get copy(): OpenCopy {
    if (!this.#copy) throw new ReadModelsUnavailable(this.#fault);
    return this.#copy;
  }

  /** What went wrong at the last look; `undefined` when nothing did. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Resolves after the first look, whatever it saw. */
  async start(): Promise<void> {
    await this.look();
    this.#stopListening = this.#options.engine.listen({
      heard: (text) => this.#heard(text),
      listening: () => {
        this.#mayHaveMissed = true;
        this.#lookSoon();
      },
    });
    this.#looking = this.#lookForEver();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#lookSoon();
    await this.#stopListening();
    await this.#looking;
  }

  /** Never rejects: what went wrong is kept as `fault`, and told once. */
  async look(): Promise<void> {
    const missed = this.#mayHaveMissed;
    this.#mayHaveMissed = false;
    try {
      const changed = this.#open(await this.#options.engine.current());
      await this.#tell(await this.#checkpoint(), missed || changed);
      this.#fault = undefined;
    } catch (error) {
      this.#mayHaveMissed ||= missed;
      if (this.#fault === undefined) this.#options.onError(error);
      this.#fault = error instanceof Error ? error : new Error(String(error));
    }
  }

  #lookSoon(): void {
    this.#lookAgain.resolve(undefined);
  }

  async #lookForEver(): Promise<void> {
    const { delay } = this.#options;
    const isStopping = (): boolean => this.#stopping.signal.aborted;
    while (!isStopping()) {
      const waiting = new AbortController();
      await Promise.race([this.#lookAgain.promise, delay(LOOK_MS, waiting.signal).catch(() => undefined)]);
      waiting.abort();
      this.#lookAgain = Promise.withResolvers();
      if (!isStopping()) await this.look();
    }
  }

  /** True when it is another one than before. */
  #open(copy: NamedCopy): boolean {
    if (this.#copy?.name === copy.name) return false;
    const isFirst = this.#copy === undefined;
    this.#copy = {
      ...copy,
      queries: createCopyQueries(copy.read),
      toDoStore: createSharedToDoStore(copy.write),
      importRows: createImportRows(copy.write),
    };
    return !isFirst;
  }

  async #checkpoint(): Promise<Position> {
    const row = await this.copy.read.selectFrom('checkpoints').select('position').where('name', '=', READ_MODELS).executeTakeFirst();
    return (row && positionFromText(row.position)) ?? BEFORE_ALL;
  }

  async #tell(checkpoint: Position, missed: boolean): Promise<void> {
    const told = this.#told;
    if (told !== BEFORE_ALL && missed && checkpoint > told) {
      const keys = await this.#streamsBetween(told, checkpoint);
      this.#told = checkpoint;
      this.positions.advance(checkpoint, keys);
      return;
    }
    if (told === BEFORE_ALL) this.#told = checkpoint;
    if (checkpoint > this.positions.current) this.positions.advance(checkpoint);
  }

  async #streamsBetween(from: Position, to: Position): Promise<ReadonlySet<string>> {
    const streams = new Set<string>();
    let after = from;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const events = await this.#options.store.readAll({ from: after, limit: PAGE });
      for (const { streamId, position } of events) if (position <= to) streams.add(streamId);
      after = events.at(-1)?.position ?? to;
      if (events.length < PAGE || after >= to) return streams;
    }
    return new Set();
  }

  #heard(text: string): void {
    const heard = announcementOf(text);
    if (!heard) return;
    if (heard.copy !== this.#copy?.name) {
      this.#lookSoon();
      return;
    }
    if (!this.#mayHaveMissed && heard.position > this.#told) this.#told = heard.position;
    // What this process itself has committed was told when it did.
    if (heard.by !== this.#options.owner) this.positions.advance(heard.position, new Set(heard.keys));
  }
}
