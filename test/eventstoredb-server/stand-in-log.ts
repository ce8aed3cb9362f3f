import { randomUUID } from 'node:crypto';
import { decideAppend } from './append-decision.ts';
import type { Expected } from './append-decision.ts';
import { LogFile } from './log-file.ts';
import type { LogEntry } from './log-file.ts';
import { TOMBSTONE } from './logged-record.ts';
import type { LoggedRecord, ProposedRecord } from './logged-record.ts';
import { RecentIds } from './recent-ids.ts';
import { StreamOfLog } from './stream-of-log.ts';

export type AppendOutcome =
  | { readonly kind: 'written' | 'repeated'; readonly lastRevision: number; readonly position: bigint | undefined }
  | { readonly kind: 'wrong-revision'; readonly current: number }
  | { readonly kind: 'deleted' };

/** Every node's log begins with events of its own. */
const BOOT: readonly (readonly [streamId: string, type: string])[] = [
  ['$user-admin', '$UserCreated'],
  ['$user-ops', '$UserCreated'],
  ['$scavenges', '$scavengeIndexInitialized'],
];

export interface StandInLogOptions {
  /** Where it is kept; absent: in memory only. */
  readonly file?: string;
  /** Where the first record stands. Default 0. */
  readonly firstPosition?: bigint;
}

/** The log of the stand-in: EventStoreDB's model of streams and of one order over all of them. */
export class StandInLog {
  readonly records: LoggedRecord[] = [];
  readonly #streams = new Map<string, StreamOfLog>();
  readonly #recent = new RecentIds();
  readonly #file: LogFile | undefined;
  readonly #listeners = new Set<() => void>();
  #end: bigint;

  constructor({ file, firstPosition = 0n }: StandInLogOptions = {}) {
    this.#end = firstPosition;
    if (file !== undefined) {
      const opened = LogFile.open(file);
      for (const entry of opened.entries) this.#apply(entry);
      this.#file = opened.file;
    }
    if (this.records.length === 0) for (const [streamId, type] of BOOT) this.append(streamId, 'any', [systemEvent(type)]);
  }

  stream(streamId: string): StreamOfLog | undefined {
    return this.#streams.get(streamId);
  }

  append(streamId: string, expected: Expected, events: readonly ProposedRecord[]): AppendOutcome {
    const stream = this.#streams.get(streamId);
    const eventIds = events.map(({ eventId }) => eventId);
    const decision = decideAppend(expected, eventIds, this.#known(streamId, stream));
    if (decision.kind === 'repeated') {
      return { ...decision, position: stream?.records[decision.lastRevision]?.position };
    }
    if (decision.kind !== 'write') return decision;
    if (events.length === 0) return { kind: 'written', lastRevision: stream?.last ?? -1, position: this.#end };
    const revivedAt = stream?.isSoftDeleted === true ? stream.last + 1 : undefined;
    this.#keep({ streamId, createdMs: Date.now(), events });
    if (revivedAt !== undefined) this.#keep(this.#metadata(streamId, String(revivedAt)));
    this.#tell();
    const last = this.#streams.get(streamId)!.records.at(-1)!;
    return { kind: 'written', lastRevision: last.revision, position: last.position };
  }

  /** Soft: hides the stream by its metadata. Hard: a tombstone, for good. */
  delete(streamId: string, expected: Expected, hard: boolean): AppendOutcome {
    const stream = this.#streams.get(streamId);
    const decision = decideAppend(expected, [randomUUID()], this.#known(streamId, stream));
    if (decision.kind === 'repeated' || decision.kind === 'deleted' || decision.kind === 'wrong-revision') {
      return decision.kind === 'repeated' ? { ...decision, position: undefined } : decision;
    }
    if (!hard && stream === undefined) return { kind: 'wrong-revision', current: -1 };
    this.#keep(
      hard
        ? { streamId, createdMs: Date.now(), events: [{ ...systemEvent('$streamDeleted'), isJson: false }], tombstone: true }
        : this.#metadata(streamId, '9223372036854775807'),
    );
    this.#tell();
    return { kind: 'written', lastRevision: stream?.last ?? -1, position: this.records.at(-1)!.position };
  }

  /** The index of the record at this position: the record count past the end, `undefined` between two records. */
  indexAt(position: bigint): number | undefined {
    if (position >= this.#end) return this.records.length;
    let [low, high] = [0, this.records.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.records[middle]!.position;
      if (found === position) return middle;
      if (found < position) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** Called after each append; returns how to stop that. */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#file?.close();
  }

  #known(streamId: string, stream: StreamOfLog | undefined) {
    return {
      stream,
      hasMetadata: (this.#streams.get(`$$${streamId}`)?.last ?? -1) >= 0,
      recent: (eventId: string) => this.#recent.revisionIn(streamId, eventId),
    };
  }

  #metadata(streamId: string, truncateBefore: string): LogEntry {
    return {
      streamId: `$$${streamId}`,
      createdMs: Date.now(),
      events: [{ ...systemEvent('$metadata'), data: Buffer.from(`{"$tb":${truncateBefore}}`) }],
    };
  }

  /** In the file first: what was answered is there after a kill. */
  #keep(entry: LogEntry): void {
    this.#file?.add(entry);
    this.#apply(entry);
  }

  #apply({ streamId, createdMs, events, tombstone }: LogEntry): void {
    const stream = this.#streamFor(streamId);
    for (const event of events) {
      const record: LoggedRecord = {
        ...event,
        streamId,
        createdMs,
        revision: tombstone ? TOMBSTONE : stream.records.length,
        position: this.#end,
        index: this.records.length,
      };
      this.#end += BigInt(96 + streamId.length * 2 + event.type.length * 2 + event.data.length + event.metadata.length);
      this.records.push(record);
      if (tombstone) stream.tombstone = record;
      else stream.records.push(record);
      this.#recent.add(record.eventId, streamId, record.revision);
      if (streamId.startsWith('$$')) this.#streamFor(streamId.slice(2)).describedBy(record.data);
    }
  }

  #streamFor(streamId: string): StreamOfLog {
    let stream = this.#streams.get(streamId);
    if (stream === undefined) this.#streams.set(streamId, (stream = new StreamOfLog()));
    return stream;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function systemEvent(type: string): ProposedRecord {
  return { eventId: randomUUID(), type, isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) };
}
