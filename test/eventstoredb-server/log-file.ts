import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { ProposedRecord } from './logged-record.ts';

/** What is written at once, and is there as a whole or not at all. */
export interface LogEntry {
  readonly streamId: string;
  readonly createdMs: number;
  readonly events: readonly ProposedRecord[];
  readonly tombstone?: boolean;
}

type Packed = [streamId: string, createdMs: number, tombstone: 0 | 1, events: PackedEvent[]];
type PackedEvent = [eventId: string, type: string, isJson: 0 | 1, data: string, metadata: string];

/** Length of what follows, and its checksum. */
const HEADER = 8;

/**
 * An append-only file. An entry is handed to the operating system before its append is answered, so it survives the
 * kill of the process (not the loss of power); an entry that a kill has cut off is cut away when the file is opened.
 */
export class LogFile {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  static open(path: string): { readonly file: LogFile; readonly entries: readonly LogEntry[] } {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const { entries, end } = entriesIn(bytes);
    const descriptor = openSync(path, existsSync(path) ? 'r+' : 'w+');
    ftruncateSync(descriptor, end);
    closeSync(descriptor);
    return { file: new LogFile(openSync(path, 'a')), entries };
  }

  add(entry: LogEntry): void {
    const text = Buffer.from(JSON.stringify(packed(entry)));
    const frame = Buffer.allocUnsafe(HEADER + text.length);
    frame.writeUInt32LE(text.length, 0);
    frame.writeUInt32LE(crc32(text), 4);
    text.copy(frame, HEADER);
    for (let written = 0; written < frame.length;) written += writeSync(this.#descriptor, frame, written);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function entriesIn(bytes: Buffer): { entries: LogEntry[]; end: number } {
  const entries: LogEntry[] = [];
  let end = 0;
  while (end + HEADER <= bytes.length) {
    const text = bytes.subarray(end + HEADER, end + HEADER + bytes.readUInt32LE(end));
    if (text.length < bytes.readUInt32LE(end) || crc32(text) !== bytes.readUInt32LE(end + 4)) break;
    entries.push(unpacked(JSON.parse(text.toString()) as Packed));
    end += HEADER + text.length;
  }
  return { entries, end };
}

function packed({ streamId, createdMs, events, tombstone }: LogEntry): Packed {
  const list = events.map(({ eventId, type, isJson, data, metadata }): PackedEvent => {
    return [eventId, type, isJson ? 1 : 0, base64(data), base64(metadata)];
  });
  return [streamId, createdMs, tombstone ? 1 : 0, list];
}

function unpacked([streamId, createdMs, tombstone, list]: Packed): LogEntry {
  const events = list.map(([eventId, type, isJson, data, metadata]) => ({
    eventId,
    type,
    isJson: isJson === 1,
    data: Buffer.from(data, 'base64'),
    metadata: Buffer.from(metadata, 'base64'),
  }));
  return { streamId, createdMs, events, ...(tombstone === 1 && { tombstone: true }) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
