import type { ServerResponse } from 'node:http';
import { type Position, positionToText } from '#kernel';

/** Migrations that may be waiting for one reader: beyond this it is too slow to be kept. */
const MOST_PENDING = 10_000;

/**
 * One open live stream. What changed and is not sent yet is a set of ids, not of events: a reader that falls behind gets
 * the latest state of each, and one that falls too far behind is let go, to come back with `Last-Event-ID`.
 */
export class LiveReader {
  readonly #response: ServerResponse;
  #pending = new Set<string>();
  /** Everything up to here has been sent: the id under which the reader may come back. */
  #delivered: Position;
  #blocked = false;
  #blockedAtLastBeat = false;

  constructor(response: ServerResponse, delivered: Position, onReady: () => void) {
    this.#response = response;
    this.#delivered = delivered;
    // A reader that goes while something is being written to it is no fault: `close` follows.
    response.on('error', () => undefined);
    response.on('drain', () => {
      this.#blocked = false;
      onReady();
    });
  }

  get wants(): boolean {
    return !this.#blocked && this.#pending.size > 0;
  }

  changed(migrationIds: Iterable<string>): void {
    for (const id of migrationIds) this.#pending.add(id);
    if (this.#pending.size > MOST_PENDING) this.#response.destroy();
  }

  /** Takes some of what is pending; what is taken has to be sent. */
  take(most: number): readonly string[] {
    const taken: string[] = [];
    for (const id of this.#pending) {
      if (taken.length === most) break;
      taken.push(id);
    }
    for (const id of taken) this.#pending.delete(id);
    return taken;
  }

  /** Sends summaries. `upTo` is where the read models stood before the ids were taken. */
  sendMigrations(summaries: readonly string[], upTo: Position): void {
    const before = this.#delivered;
    if (this.#pending.size === 0 && upTo > before) this.#delivered = upTo;
    const text = summaries.map((data, index) => this.#event('migration', data, index === summaries.length - 1 ? this.#delivered : before));
    this.#write(text.join(''));
  }

  sendOverview(data: string): void {
    if (!this.#blocked) this.#write(this.#event('overview', data, this.#delivered));
  }

  /** What lies between cannot be told any more: read the lists anew. */
  sendReset(position: Position): void {
    this.#pending = new Set();
    this.#delivered = position;
    this.#write(this.#event('reset', '{}', position));
  }

  /** Keeps the connection open; a reader that has taken nothing since the last beat is let go. */
  beat(): void {
    if (this.#blocked && this.#blockedAtLastBeat) this.#response.destroy();
    else if (!this.#blocked) this.#write(':\n\n');
    this.#blockedAtLastBeat = this.#blocked;
  }

  end(): void {
    this.#response.end();
  }

  #event(name: string, data: string, id: Position): string {
    return `id: ${positionToText(id)}\nevent: ${name}\ndata: ${data}\n\n`;
  }

  #write(text: string): void {
    if (text !== '' && !this.#response.write(text)) this.#blocked = true;
  }
}
