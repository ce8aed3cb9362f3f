import type { EventToAppend, RecordedEvent } from '#kernel';
import { WrongExpectedRevision } from './event-store.ts';
import type { EventStore } from './event-store.ts';
import { textOfEvent, wholeLog } from './log-account.ts';
import { LogCopyRefused } from './log-copy-refused.ts';

export interface LogCopyProgress {
  /** Found in the target already, or written to it. */
  readonly events: number;
  /** The last of them, as it stands in the source. */
  readonly last: RecordedEvent;
}

export interface CopyLogOptions {
  readonly from: Pick<EventStore, 'readAll' | 'head'>;
  readonly to: Pick<EventStore, 'readAll' | 'append'>;
  readonly onProgress?: (progress: LogCopyProgress) => void;
  readonly signal?: AbortSignal;
}

export interface LogCopied {
  /** Stood in the target already, from an earlier run. */
  readonly found: number;
  readonly written: number;
}

/** One append carries no more than this, so that it stays below what a server takes at once (1 MiB where that is lowest). */
const CHARACTERS_AN_APPEND = 256 * 1024;
const EVENTS_AN_APPEND = 500;

/**
 * Copies a log into another one, event by event in total order: streams, revisions, event ids, types, data and metadata stay
 * as they are, positions become the target's own. One append follows another, because their order is the log's. An
 * interrupted copy is gone on with by the same call: what stands in the target has to be how the source begins.
 * @throws LogCopyRefused; the signal's reason when aborted
 */
export async function copyLog({ from, to, onProgress, signal }: CopyLogOptions): Promise<LogCopied> {
  const head = await from.head();
  const source = wholeLog(from);
  const found = await passOver(source, to, onProgress, signal);
  const copy = new Copy(to, found, onProgress);
  for await (const event of source) {
    signal?.throwIfAborted();
    await copy.take(event);
  }
  await copy.flush();
  if ((await from.head()) !== head)
    throw new LogCopyRefused(
      'source-log-in-use',
      'the source grew while it was copied: stop every service that works on it, then run the same copy again; it goes on where it is',
    );
  return { found, written: copy.events - found };
}

/** Reads over what the target has; what follows in the source is still to be copied. */
async function passOver(
  source: AsyncGenerator<RecordedEvent, void, undefined>,
  to: Pick<EventStore, 'readAll'>,
  onProgress: CopyLogOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<number> {
  let events = 0;
  for await (const there of wholeLog(to)) {
    signal?.throwIfAborted();
    const here = (await source.next()).value ?? null;
    if (here === null || textOfEvent(here) !== textOfEvent(there)) throw differs(events + 1, here, there);
    events += 1;
    onProgress?.({ events, last: here });
  }
  return events;
}

function differs(event: number, here: RecordedEvent | null, there: RecordedEvent): LogCopyRefused {
  const expected = here === null ? 'the source ends before it' : `the source has ${nameOf(here)} there`;
  return new LogCopyRefused(
    'target-log-differs',
    `the target holds something else than a copy of the source: its event ${event} is ${nameOf(there)}, and ${expected}. ` +
      'Nothing was written. Name an empty log as the target, or the one into which this source was being copied',
  );
}

function nameOf({ streamId, revision, type }: RecordedEvent): string {
  return `${type} (${streamId}, revision ${revision})`;
}

/** Gathers the events that follow each other in one stream, and appends them as one. */
class Copy {
  readonly #to: Pick<EventStore, 'append'>;
  readonly #onProgress: CopyLogOptions['onProgress'];
  #run: RecordedEvent[] = [];
  #characters = 0;
  events: number;

  constructor(to: Pick<EventStore, 'append'>, events: number, onProgress: CopyLogOptions['onProgress']) {
    this.#to = to;
    this.events = events;
    this.#onProgress = onProgress;
  }

  async take(event: RecordedEvent): Promise<void> {
    const characters = JSON.stringify([event.data, event.metadata]).length;
    const [first] = this.#run;
    const goesOn =
      first?.streamId === event.streamId &&
      first.revision + this.#run.length === event.revision &&
      this.#run.length < EVENTS_AN_APPEND &&
      this.#characters + characters <= CHARACTERS_AN_APPEND;
    if (!goesOn) await this.flush();
    this.#run.push(event);
    this.#characters += characters;
  }

  async flush(): Promise<void> {
    const [first] = this.#run;
    if (!first) return;
    await this.#append(first);
    this.events += this.#run.length;
    this.#onProgress?.({ events: this.events, last: this.#run.at(-1)! });
    this.#run = [];
    this.#characters = 0;
  }

  async #append({ streamId, revision }: RecordedEvent): Promise<void> {
    const expected = revision === 0 ? 'no-stream' : { exactly: revision - 1 };
    try {
      await this.#to.append(streamId, expected, this.#run.map(asItWasAppended));
    } catch (error) {
      throw error instanceof WrongExpectedRevision ? explained(error, revision) : error;
    }
  }
}

function asItWasAppended({ eventId, type, data, metadata }: RecordedEvent): EventToAppend {
  return { eventId, type, data, metadata };
}

function explained({ streamId, actual }: WrongExpectedRevision, revision: number): LogCopyRefused {
  if (actual < revision - 1)
    return new LogCopyRefused(
      'source-log-incomplete',
      `the source goes on with revision ${revision} of ${streamId}, and has no revision ${actual + 1} before it: events were deleted from it by hand. ` +
        'Restore the source from a backup that is whole',
    );
  return new LogCopyRefused(
    'target-log-in-use',
    `somebody else writes to the target: ${streamId} stands at revision ${actual} there, and the copy was about to write ${revision}. ` +
      'Stop every service that works on the target, and copy into an empty log',
  );
}
