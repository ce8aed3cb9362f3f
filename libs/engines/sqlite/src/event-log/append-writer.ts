import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { BatchWriter } from '../writer-thread/serve-writer.ts';
import { ANY, APPENDED, ID_REUSED, REPEATED, STREAM_EXISTS, WRONG_REVISION } from './append-batch.ts';
import type { AppendBatch, AppendBatchReply } from './append-batch.ts';
import { eventIdsIn } from './event-ids.ts';
import { KnownEventTypes } from './known-event-types.ts';
import { KnownStreams } from './known-streams.ts';
import type { KnownStream } from './known-streams.ts';
import { PositionSequence } from './position-sequence.ts';
import { KEY_BYTES, slotsOf } from './swept-index.ts';
import type { SweptIndex } from './swept-index.ts';

/** Of an event's row. */
const COLUMNS = 6;
/** Rows that one statement writes. */
const ROWS_TOGETHER = 8;

interface Append {
  readonly stream: string;
  readonly expected: number;
  readonly ids: readonly Uint8Array[];
  /** For each id: where the index looks for it first. */
  readonly slots: BigInt64Array;
  readonly batch: AppendBatch;
  /** Which event of the batch is its first. */
  readonly firstEvent: number;
  /** Where its bodies begin in the batch's texts. */
  readonly firstBody: number;
}

type Outcome = [outcome: number, detail: number, firstPosition: bigint];

/** Applies batches of appends to the file. Runs in the writer thread, inside the transaction of the batch. */
export class AppendWriter implements BatchWriter<AppendBatch, AppendBatchReply> {
  readonly #addEvent: StatementSync;
  readonly #addTogether: StatementSync;
  readonly #eventAt: StatementSync;
  readonly #streams: KnownStreams;
  readonly #types: KnownEventTypes;
  readonly #ids: SweptIndex;
  readonly #positions: PositionSequence;
  /** Whether the file may hold an event of the batch in hand: it is asked once for all of them, memory for each. */
  #mayBeInFile = false;

  constructor(db: DatabaseSync) {
    const row = `(${Array<string>(COLUMNS).fill('?').join(', ')})`;
    const insert = 'INSERT INTO events (position, stream, revision, event_id, type, body) VALUES';
    this.#addEvent = db.prepare(`${insert} ${row}`);
    this.#addTogether = db.prepare(`${insert} ${Array<string>(ROWS_TOGETHER).fill(row).join(', ')}`);
    this.#eventAt = db.prepare('SELECT stream, revision FROM events WHERE position = ?');
    this.#streams = new KnownStreams(db);
    this.#types = new KnownEventTypes(db);
    this.#ids = eventIdsIn(db);
    this.#positions = new PositionSequence(db);
  }

  write(batch: AppendBatch): AppendBatchReply {
    const { appends, eventIds, texts } = batch;
    const count = appends.length / 2;
    const outcomes = new Float64Array(count * 2);
    const firstPositions = new BigInt64Array(count);
    const slots = slotsOf(eventIds);
    this.#mayBeInFile = this.#ids.anyInFile(slots);
    let event = 0;
    for (let index = 0; index < count; index++) {
      const ids: Uint8Array[] = [];
      const firstEvent = event;
      for (const end = event + appends[index * 2 + 1]!; event < end; event++)
        ids.push(eventIds.subarray(event * KEY_BYTES, (event + 1) * KEY_BYTES));
      const firstText = firstEvent + index;
      const [outcome, detail, position] = this.#append({
        stream: texts[firstText]!,
        expected: appends[index * 2]!,
        ids,
        slots: slots.subarray(firstEvent, event),
        batch,
        firstEvent,
        firstBody: firstText + 1,
      });
      outcomes[index * 2] = outcome;
      outcomes[index * 2 + 1] = detail;
      firstPositions[index] = position;
    }
    this.#ids.sweep();
    this.#streams.sweep();
    return { outcomes, firstPositions };
  }

  beforeClose(): void {
    this.#positions.giveBack();
  }

  forget(): void {
    this.#streams.forget();
    this.#types.forget();
    this.#ids.reload();
    this.#positions.reload();
  }

  #append(append: Append): Outcome {
    const stream = this.#streams.find(append.stream);
    const seen = this.#seenBefore(append, stream);
    if (seen !== undefined) return seen;
    const actual = stream?.revision ?? -1;
    if (!matches(append.expected, actual)) return [WRONG_REVISION, actual, 0n];
    return [APPENDED, actual + 1, this.#addEvents(append, stream ?? this.#streams.add(append.stream))];
  }

  #addEvents({ ids, slots, batch: { types, typeOfEvent, texts }, firstEvent, firstBody }: Append, stream: KnownStream): bigint {
    const values: SQLInputValue[] = [];
    let position = 0n;
    for (const [n, id] of ids.entries()) {
      position = this.#positions.take();
      const type = this.#types.id(types[typeOfEvent[firstEvent + n]!]!);
      values.push(position, stream.id, ++stream.revision, id, type, texts[firstBody + n]!);
      this.#ids.add(slots[n]!, position);
    }
    let at = 0;
    for (const many = COLUMNS * ROWS_TOGETHER; at + many <= values.length; at += many)
      this.#addTogether.run(...values.slice(at, at + many));
    for (; at < values.length; at += COLUMNS) this.#addEvent.run(...values.slice(at, at + COLUMNS));
    return position - BigInt(ids.length - 1);
  }

  /** Whether events with these ids stand in the log: all of them in a row is a repeated append, anything else a reuse. */
  #seenBefore(append: Append, stream: KnownStream | undefined): Outcome | undefined {
    const { ids, slots } = append;
    const found = ids.map((id, n) => (this.#mayBeInFile ? this.#ids.find(id, slots[n]) : this.#ids.findHeld(id, slots[n]!)));
    const reused = found.findIndex((position) => position !== undefined);
    if (reused === -1) return twiceInOne(append);
    const events = found.map((position) => position !== undefined && this.#eventAt.get(position));
    const first = events[0] ? (events[0]['revision'] as number) : -1;
    const repeated = events.every((event, n) => event && event['stream'] === stream?.id && event['revision'] === first + n);
    return repeated ? [REPEATED, first, 0n] : [ID_REUSED, reused, 0n];
  }
}

function matches(expected: number, actual: number): boolean {
  if (expected === ANY) return true;
  return expected === STREAM_EXISTS ? actual >= 0 : expected === actual;
}

function twiceInOne({ ids, slots }: Append): Outcome | undefined {
  if (new Set(slots).size === slots.length) return undefined;
  const twice = ids.findIndex((id, n) => ids.slice(0, n).some((before) => Buffer.compare(before, id) === 0));
  return twice === -1 ? undefined : [ID_REUSED, twice, 0n];
}
