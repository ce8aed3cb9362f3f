import { type Hash, createHash } from 'node:crypto';
import type { Position, RecordedEvent } from '#kernel';
import { canonicalJson } from './canonical-json.ts';
import type { EventStore } from './event-store.ts';

/** What a log holds, in two values that are the same for the same events in the same order, whatever engine keeps them. */
export interface LogAccount {
  readonly events: number;
  /** Over stream, revision, event id, type, data and metadata of each event in total order, as canonical JSON, one a line. In hexadecimal. */
  readonly sha256: string;
}

const EVENTS_A_PAGE = 1000;

/** Everything of an event but its position, which is its log's own. */
export function textOfEvent({ streamId, revision, eventId, type, data, metadata }: RecordedEvent): string {
  return canonicalJson([streamId, revision, eventId, type, data, metadata]);
}

/** Takes a log's account while its events pass by. */
export class LogAccountant {
  readonly #hash: Hash = createHash('sha256');
  #events = 0;

  add(text: string): void {
    this.#events += 1;
    this.#hash.update(text).update('\n');
  }

  account(): LogAccount {
    return { events: this.#events, sha256: this.#hash.digest('hex') };
  }
}

/** The whole log in total order, up to where it ends when its last page is read. */
export async function* wholeLog(store: Pick<EventStore, 'readAll'>): AsyncGenerator<RecordedEvent, void, undefined> {
  for (let from: Position | undefined; ;) {
    const page = await store.readAll({ ...(from !== undefined && { from }), limit: EVENTS_A_PAGE });
    if (page.length === 0) return;
    yield* page;
    from = page.at(-1)!.position;
  }
}
