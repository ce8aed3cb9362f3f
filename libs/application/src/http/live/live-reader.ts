import type { ServerResponse } from 'node:http';
import { type Position, positionToText } from '#kernel';

/** Migrations that may be waiting for one reader: beyond this it is quicker to read the lists anew. */
const MOST_PENDING = 10_000;

/**
 * One open live stream. What changed and is not sent yet is a set of ids, not of events: a reader that falls behind gets
 * the latest state of each, one that falls too far behind is told to read the lists anew, and one that takes nothing is
 * let go, to come back with `Last-Event-ID`.
 */
export class LiveReader {
  readonly #response: ServerResponse;
  #pending = new Set<string>();
  /** Everything up to here has been sent: the id under which the reader may come back. */
  #delivered: Position;
  /** What changed before it came is still being looked for: until all of that is pending, nothing may be sent as everything. */
  #catchingUp = false;
  /** Too much to be told: nothing is pending, a reset is owed. */
  #resetDue = false;
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
    return !this.#blocked && !this.#catchingUp && (this.#resetDue || this.#pending.size > 0);
  }

  get resetDue(): boolean {
    return this.#resetDue;
  }

  changed(migrationIds: Iterable<string>): void {
    if (this.#resetDue) return;
    for (const id of migrationIds) this.#pending.add(id);
    if (this.#pending.size > MOST_PENDING) this.oweReset();
  }

  /** What lies between cannot be told any more. The reader hears so as soon as it takes something. */
  oweReset(): void {
    this.#pending = new Set();
    this.#resetDue = true;
  }

  beginCatchUp(): void {
    this.#catchingUp = true;
  }

  /** Everything that changed before it came is pending, or a reset is due. `upTo` is where the read models stand. */
  endCatchUp(upTo: Position): void {
    this.#catchingUp = false;
    if (this.#resetDue) this.sendReset(upTo);
    else if (this.#pending.size === 0) this.#deliveredUpTo(upTo);
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
    if (this.#pending.size === 0) this.#deliveredUpTo(upTo);
    const text = summaries.map((data, index) => this.#event('migration', data, index === summaries.length - 1 ? this.#delivered : before));
    this.#write(text.join(''));
  }

  sendOverview(data: string): void {
    if (!this.#blocked) this.#write(this.#event('overview', data, this.#delivered));
  }

  /** Read the lists anew. `position` is where the read models stand now: nothing up to there is told any more. */
  sendReset(position: Position): void {
    this.#resetDue = false;
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

  #deliveredUpTo(position: Position): void {
    if (position > this.#delivered) this.#delivered = position;
  }

  #event(name: string, data: string, id: Position): string {
    return `id: ${positionToText(id)}\nevent: ${name}\ndata: ${data}\n\n`;
  }

  #write(text: string): void {
    if (text !== '' && !this.#response.write(text)) this.#blocked = true;
  }
}
