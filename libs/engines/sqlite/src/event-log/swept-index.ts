import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

const BUCKETS = 4096;
/** Rows that one statement writes, or looks for. */
const ROWS_TOGETHER = 8;
export const KEY_BYTES = 16;

/** What an index is kept of. */
export interface Indexed {
  /** Has the columns `slot` and `number`. */
  readonly table: string;
  /** Its one row says up to which number all keys have been moved to the table. */
  readonly complete: string;
  /** The keys of all higher numbers, in their order: what memory has lost when the file is opened. */
  readonly newer: (after: bigint) => Iterable<readonly [key: Uint8Array, number: bigint]>;
  /** Whether this number is this key's: slots are shorter than keys. */
  readonly belongsTo: (number: bigint, key: Uint8Array) => boolean;
  /** So many new keys move the sweep once around; memory holds at most twice as many. */
  readonly keysARound: number;
}

/**
 * Which number a key of 16 random bytes stands for, where numbers grow and keys have no order: event ids, names of
 * streams. Writing each key into its place would rewrite one page a key, several times the bytes of what it belongs to.
 * Instead the newest keys are held in memory, and each batch moves those of the next few buckets, which are neighbours in
 * the table, to the file.
 */
export class SweptIndex {
  readonly #indexed: Indexed;
  readonly #numberAt: StatementSync;
  readonly #anyAt: StatementSync;
  readonly #add: StatementSync;
  readonly #addTogether: StatementSync;
  readonly #complete: StatementSync;
  readonly #markComplete: StatementSync;
  #buckets: Map<string, bigint>[] = [];
  #addedSinceSweep = 0;
  /** How many buckets the sweep has passed in this round; a fraction is carried to the next batch. */
  #swept = 0;
  #last = -1n;
  #lastAtStartOfRound = -1n;

  constructor(db: DatabaseSync, indexed: Indexed) {
    this.#indexed = indexed;
    const prepare = (sql: string): StatementSync => {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    const insert = `INSERT OR IGNORE INTO ${indexed.table} (slot, number) VALUES`;
    this.#numberAt = prepare(`SELECT number FROM ${indexed.table} WHERE slot = ?`);
    this.#anyAt = prepare(`SELECT 1 FROM ${indexed.table} WHERE slot IN (${Array<string>(ROWS_TOGETHER).fill('?').join(', ')})`);
    this.#add = prepare(`${insert} (?, ?)`);
    this.#addTogether = prepare(`${insert} ${Array<string>(ROWS_TOGETHER).fill('(?, ?)').join(', ')}`);
    this.#complete = prepare(`SELECT up_to FROM ${indexed.complete}`);
    this.#markComplete = prepare(`UPDATE ${indexed.complete} SET up_to = ?`);
    this.reload();
  }

  find(key: Uint8Array): bigint | undefined {
    const recent = this.findRecent(key);
    if (recent !== undefined) return recent;
    for (let slot = firstSlot(key); ; slot = slotAfter(slot)) {
      const number = this.#at(slot);
      if (number === undefined || this.#indexed.belongsTo(number, key)) return number;
    }
  }

  /** As `find`, for a key that is not in the file. */
  findRecent(key: Uint8Array): bigint | undefined {
    return this.#bucketOf(key).get(textOf(key));
  }

  /** Whether any of these keys, one behind the other, may be in the file: mostly none is, and few looks tell that of all. */
  mayBeInFile(keys: Uint8Array): boolean {
    if (keys.length === KEY_BYTES) return this.#at(firstSlot(keys)) !== undefined;
    for (let from = 0; from < keys.length; from += KEY_BYTES * ROWS_TOGETHER) {
      const slots: bigint[] = [];
      for (let at = from; slots.length < ROWS_TOGETHER; at += KEY_BYTES) {
        slots.push(firstSlot(keys.subarray(Math.min(at, keys.length - KEY_BYTES))));
      }
      if (this.#anyAt.get(...slots) !== undefined) return true;
    }
    return false;
  }

  /** Takes a key of a number higher than all before. */
  add(key: Uint8Array, number: bigint): void {
    this.#bucketOf(key).set(textOf(key), number);
    this.#last = number;
    this.#addedSinceSweep++;
  }

  /** Moves the share of the keys added since the last sweep to the file. Inside the transaction that wrote what they belong to. */
  sweep(): void {
    const target = this.#swept + Math.min(this.#addedSinceSweep / this.#indexed.keysARound, 1) * BUCKETS;
    this.#addedSinceSweep = 0;
    for (let bucket = Math.floor(this.#swept); bucket < Math.min(Math.floor(target), BUCKETS); bucket++) this.#move(bucket);
    this.#swept = target;
    if (target >= BUCKETS) this.#endRound();
  }

  /** Forgets what a rollback has undone. */
  reload(): void {
    this.#buckets = Array.from({ length: BUCKETS }, () => new Map<string, bigint>());
    this.#swept = 0;
    this.#last = this.#complete.get()!['up_to'] as bigint;
    for (const [key, number] of this.#indexed.newer(this.#last)) this.add(key, number);
    this.#addedSinceSweep = 0;
    this.#lastAtStartOfRound = this.#last;
  }

  #at(slot: bigint): bigint | undefined {
    return this.#numberAt.get(slot)?.['number'] as bigint | undefined;
  }

  #bucketOf(key: Uint8Array): Map<string, bigint> {
    return this.#buckets[(key[0]! << 4) | (key[1]! >> 4)]!;
  }

  #move(bucket: number): void {
    const keys = this.#buckets[bucket]!;
    if (keys.size === 0) return;
    let together: bigint[] = [];
    for (const [text, number] of keys) {
      together.push(firstSlot(Buffer.from(text, 'latin1')), number);
      if (together.length < ROWS_TOGETHER * 2) continue;
      this.#write(this.#addTogether, together);
      together = [];
    }
    for (let at = 0; at < together.length; at += 2) this.#write(this.#add, together.slice(at, at + 2));
    keys.clear();
  }

  #write(statement: StatementSync, slotsAndNumbers: readonly bigint[]): void {
    const { changes } = statement.run(...(slotsAndNumbers as SQLInputValue[]));
    if (Number(changes) * 2 === slotsAndNumbers.length) return;
    for (let at = 0; at < slotsAndNumbers.length; at += 2) this.#settle(slotsAndNumbers[at]!, slotsAndNumbers[at + 1]!);
  }

  /** Where another key has the slot, the next free one is taken. */
  #settle(first: bigint, number: bigint): void {
    for (let slot = first; ; slot = slotAfter(slot)) {
      const there = this.#at(slot);
      if (there === undefined) this.#add.run(slot, number);
      if (there === undefined || there === number) return;
    }
  }

  #endRound(): void {
    this.#markComplete.run(this.#lastAtStartOfRound);
    this.#lastAtStartOfRound = this.#last;
    this.#swept = 0;
  }
}

/** Where a key is looked for first: its first eight bytes, as a number. */
export function firstSlot(key: Uint8Array): bigint {
  const high = (key[0]! << 24) | (key[1]! << 16) | (key[2]! << 8) | key[3]!;
  const low = ((key[4]! << 24) | (key[5]! << 16) | (key[6]! << 8) | key[7]!) >>> 0;
  return (BigInt(high) << 32n) | BigInt(low);
}

export function slotAfter(slot: bigint): bigint {
  return BigInt.asIntN(64, slot + 1n);
}

/** A key's 16 bytes as something to look it up by in memory. */
export function textOf(key: Uint8Array): string {
  return String.fromCharCode(
    key[0]!,
    key[1]!,
    key[2]!,
    key[3]!,
    key[4]!,
    key[5]!,
    key[6]!,
    key[7]!,
    key[8]!,
    key[9]!,
    key[10]!,
    key[11]!,
    key[12]!,
    key[13]!,
    key[14]!,
    key[15]!,
  );
}
