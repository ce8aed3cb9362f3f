import type { DatabaseSync, StatementSync } from 'node:sqlite';

const BUCKETS = 4096;
/** So many appended events move the sweep once around; memory holds at most the ids of twice as many. */
const EVENTS_A_ROUND = 65_536;

/**
 * Where each event id stands in the log. Ids have no order, so writing each one into its place in an index would rewrite
 * one page an event, several times the event's own bytes. Instead the newest ids are held in memory, and each batch
 * moves those of the next few buckets, which are neighbours in the table `event_ids`, to the file. `event_ids_complete`
 * says up to which position all ids have been moved; those after it are read from the events when the log is opened.
 */
export class EventIdIndex {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #complete: StatementSync;
  readonly #markComplete: StatementSync;
  readonly #newer: StatementSync;
  readonly #eventsARound: number;
  #buckets: Map<string, bigint>[] = [];
  /** How many buckets the sweep has passed in this round; a fraction is carried to the next batch. */
  #swept = 0;
  #last = -1n;
  #lastAtStartOfRound = -1n;

  constructor(db: DatabaseSync, eventsARound = EVENTS_A_ROUND) {
    this.#eventsARound = eventsARound;
    const prepare = (sql: string): StatementSync => {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    this.#find = prepare('SELECT position FROM event_ids WHERE event_id = ?');
    this.#add = prepare('INSERT OR IGNORE INTO event_ids (event_id, position) VALUES (?, ?)');
    this.#complete = prepare('SELECT up_to FROM event_ids_complete');
    this.#markComplete = prepare('UPDATE event_ids_complete SET up_to = ?');
    this.#newer = prepare('SELECT event_id, position FROM events WHERE position > ? ORDER BY position');
    this.reload();
  }

  /** The position of the event with this id, of 16 bytes. */
  find(id: Uint8Array): bigint | undefined {
    return this.#bucketOf(id).get(keyOf(id)) ?? (this.#find.get(id)?.['position'] as bigint | undefined);
  }

  add(id: Uint8Array, position: bigint): void {
    this.#bucketOf(id).set(keyOf(id), position);
    this.#last = position;
  }

  /** Moves the share of so many appended events to the file. Inside the transaction that wrote them. */
  sweep(events: number): void {
    const target = this.#swept + Math.min(events / this.#eventsARound, 1) * BUCKETS;
    for (let bucket = Math.floor(this.#swept); bucket < Math.min(Math.floor(target), BUCKETS); bucket++) this.#move(bucket);
    this.#swept = target;
    if (target >= BUCKETS) this.#endRound();
  }

  /** Forgets what a rollback has undone. */
  reload(): void {
    this.#buckets = Array.from({ length: BUCKETS }, () => new Map<string, bigint>());
    this.#swept = 0;
    this.#last = this.#complete.get()!['up_to'] as bigint;
    for (const row of this.#newer.iterate(this.#last)) this.add(row['event_id'] as Uint8Array, row['position'] as bigint);
    this.#lastAtStartOfRound = this.#last;
  }

  #bucketOf(id: Uint8Array): Map<string, bigint> {
    return this.#buckets[(id[0]! << 4) | (id[1]! >> 4)]!;
  }

  #move(bucket: number): void {
    const ids = this.#buckets[bucket]!;
    if (ids.size === 0) return;
    for (const [key, position] of ids) this.#add.run(Buffer.from(key, 'latin1'), position);
    ids.clear();
  }

  #endRound(): void {
    this.#markComplete.run(this.#lastAtStartOfRound);
    this.#lastAtStartOfRound = this.#last;
    this.#swept = 0;
  }
}

/** An id's 16 bytes as something to look it up by. */
export function keyOf(id: Uint8Array): string {
  return String.fromCharCode(
    id[0]!,
    id[1]!,
    id[2]!,
    id[3]!,
    id[4]!,
    id[5]!,
    id[6]!,
    id[7]!,
    id[8]!,
    id[9]!,
    id[10]!,
    id[11]!,
    id[12]!,
    id[13]!,
    id[14]!,
    id[15]!,
  );
}
