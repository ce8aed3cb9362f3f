import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { resultCodeOf } from '../sqlite-engine-error.ts';
import type { BatchWriter } from '../writer-thread/serve-writer.ts';
import { ANY, APPENDED, ID_REUSED, REPEATED, STREAM_EXISTS, WRONG_REVISION } from './append-batch.ts';
import type { AppendBatch, AppendBatchReply } from './append-batch.ts';

interface Stream {
  readonly id: number;
  revision: number;
}

interface Append {
  readonly stream: string;
  readonly expected: number;
  readonly ids: readonly Uint8Array[];
  readonly batch: AppendBatch;
  /** Where its types and bodies begin in the batch's texts. */
  readonly firstText: number;
}

const UNIQUE_VIOLATED = 2067;
const MAX_KNOWN_STREAMS = 100_000;

/** Applies batches of appends to the file. Runs in the writer thread, inside the transaction of the batch. */
export class AppendWriter implements BatchWriter<AppendBatch, AppendBatchReply> {
  readonly #findStream: StatementSync;
  readonly #addStream: StatementSync;
  readonly #findType: StatementSync;
  readonly #addType: StatementSync;
  readonly #addEvent: StatementSync;
  readonly #findEvent: StatementSync;
  readonly #mark: StatementSync;
  readonly #backToMark: StatementSync;
  readonly #releaseMark: StatementSync;
  readonly #streams = new Map<string, Stream>();
  readonly #types = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#findStream = db.prepare('SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) AS revision FROM streams WHERE name = ?');
    this.#addStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#findType = db.prepare('SELECT id FROM event_types WHERE name = ?');
    this.#addType = db.prepare('INSERT INTO event_types (name) VALUES (?)');
    this.#addEvent = db.prepare('INSERT INTO events (stream, revision, event_id, type, body) VALUES (?, ?, ?, ?, ?)');
    this.#addEvent.setReadBigInts(true);
    this.#findEvent = db.prepare('SELECT stream, revision FROM events WHERE event_id = ?');
    this.#mark = db.prepare('SAVEPOINT append');
    this.#backToMark = db.prepare('ROLLBACK TO append');
    this.#releaseMark = db.prepare('RELEASE append');
  }

  write(batch: AppendBatch): AppendBatchReply {
    const count = batch.appends.length / 2;
    const outcomes = new Float64Array(count * 2);
    const firstPositions = new BigInt64Array(count);
    let text = 0;
    let id = 0;
    for (let index = 0; index < count; index++) {
      const events = batch.appends[index * 2 + 1]!;
      const ids = Array.from({ length: events }, (_, n) => batch.eventIds.subarray((id + n) * 16, (id + n + 1) * 16));
      const append = { stream: batch.texts[text]!, expected: batch.appends[index * 2]!, ids, batch, firstText: text + 1 };
      const [outcome, detail, position] = this.#append(append);
      outcomes[index * 2] = outcome;
      outcomes[index * 2 + 1] = detail;
      firstPositions[index] = position;
      text += 1 + events * 2;
      id += events;
    }
    return { outcomes, firstPositions };
  }

  forget(): void {
    this.#streams.clear();
    this.#types.clear();
  }

  transferable(reply: AppendBatchReply): ArrayBuffer[] {
    return [reply.outcomes.buffer as ArrayBuffer, reply.firstPositions.buffer as ArrayBuffer];
  }

  #append(append: Append): [outcome: number, detail: number, firstPosition: bigint] {
    const known = this.#streamNamed(append.stream);
    const actual = known?.revision ?? -1;
    if (!matches(append.expected, actual)) return this.#seenBefore(append) ?? [WRONG_REVISION, actual, 0n];
    if (append.ids.length > 1) this.#mark.run();
    try {
      const stream = known ?? this.#newStream(append.stream);
      const position = this.#addEvents(append, stream);
      stream.revision = actual + append.ids.length;
      if (append.ids.length > 1) this.#releaseMark.run();
      return [APPENDED, actual + 1, position];
    } catch (error) {
      if (resultCodeOf(error) !== UNIQUE_VIOLATED) throw error;
      if (append.ids.length > 1) {
        this.#backToMark.run();
        this.#releaseMark.run();
      }
      this.#streams.delete(append.stream);
      this.#types.clear();
      const seen = this.#seenBefore(append) ?? twiceInOne(append);
      if (seen === undefined) throw error;
      return seen;
    }
  }

  #addEvents(append: Append, stream: Stream): bigint {
    const { ids, batch, firstText } = append;
    let last = 0n;
    for (let n = 0; n < ids.length; n++) {
      const type = this.#typeNamed(batch.texts[firstText + n * 2]!);
      const added = this.#addEvent.run(stream.id, stream.revision + 1 + n, ids[n]!, type, batch.texts[firstText + n * 2 + 1]!);
      last = added.lastInsertRowid as bigint;
    }
    return last - BigInt(ids.length - 1);
  }

  /** Whether events with these ids stand in the log: all of them in a row is a repeated append, anything else a reuse. */
  #seenBefore(append: Append): [number, number, bigint] | undefined {
    const found = append.ids.map((id) => this.#findEvent.get(id) as { stream: number; revision: number } | undefined);
    const reused = found.findIndex((event) => event !== undefined);
    if (reused === -1) return undefined;
    const stream = this.#streamNamed(append.stream)?.id;
    const first = found[0]?.revision ?? -1;
    const repeated = found.every((event, n) => event?.stream === stream && event?.revision === first + n);
    return repeated ? [REPEATED, first, 0n] : [ID_REUSED, reused, 0n];
  }

  #streamNamed(name: string): Stream | undefined {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const row = this.#findStream.get(name) as { id: number; revision: number | null } | undefined;
    return row && this.#remember(name, { id: row.id, revision: row.revision ?? -1 });
  }

  #newStream(name: string): Stream {
    return this.#remember(name, { id: Number(this.#addStream.run(name).lastInsertRowid), revision: -1 });
  }

  #remember(name: string, stream: Stream): Stream {
    if (this.#streams.size >= MAX_KNOWN_STREAMS) {
      const [oldest] = this.#streams.keys();
      this.#streams.delete(oldest!);
    }
    this.#streams.set(name, stream);
    return stream;
  }

  #typeNamed(name: string): number {
    let id = this.#types.get(name);
    if (id === undefined) {
      id = (this.#findType.get(name)?.['id'] as number | undefined) ?? Number(this.#addType.run(name).lastInsertRowid);
      this.#types.set(name, id);
    }
    return id;
  }
}

function matches(expected: number, actual: number): boolean {
  if (expected === ANY) return true;
  return expected === STREAM_EXISTS ? actual >= 0 : expected === actual;
}

function twiceInOne(append: Append): [number, number, bigint] | undefined {
  const seen = new Set<string>();
  for (const [n, id] of append.ids.entries()) {
    const text = id.toString();
    if (seen.has(text)) return [ID_REUSED, n, 0n];
    seen.add(text);
  }
  return undefined;
}
