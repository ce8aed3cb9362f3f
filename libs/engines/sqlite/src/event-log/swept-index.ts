import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { SlotTable } from './slot-table.ts';

/** Rows that one statement writes, or looks for. */
const ROWS_TOGETHER = 8;
/** Keys that go to the file in one step: neighbours there, so that one page takes many of them. */
const KEYS_A_STEP = 64;
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
  /** So many new keys make a round; memory holds at most twice as many. */
  readonly keysARound: number;
}

/**
 * Which number a key of 16 random bytes stands for, where numbers grow and keys have no order: event ids, names of
 * streams. Writing each key into its place would rewrite one page a key, several times the bytes of what it belongs to.
 * Instead the keys of a round are held in memory, and while those of the next one gather, they are moved to the file in
 * its order, some with each batch.
 *
 * In memory as in the file a key stands under its slot, or under the next one that was free when it came.
 */
export class SweptIndex {
  readonly #indexed: Indexed;
  readonly #numberAt: StatementSync;
  readonly #anyAt: StatementSync;
  readonly #add: StatementSync;
  readonly #addTogether: StatementSync;
  readonly #complete: StatementSync;
  readonly #markComplete: StatementSync;
  #gathering = new SlotTable(0);
  #last = -1n;
  #moving = new SlotTable(0);
  #lastMoving = -1n;
  /** The slots of `#moving` in the order of the file, and how many of them are there. */
  #order = new BigInt64Array();
  #moved = 0;
  /** Starts that are closer together than a round must not put its keys off for ever. */
  #overdue = false;

  constructor(db: DatabaseSync, indexed: Indexed) {
    this.#indexed = indexed;
    const insert = `INSERT OR IGNORE INTO ${indexed.table} (slot, number) VALUES`;
    const slots = Array<string>(ROWS_TOGETHER).fill('(?)').join(', ');
    const prepare = (sql: string): StatementSync => {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    this.#numberAt = prepare(`SELECT number FROM ${indexed.table} WHERE slot = ?`);
    this.#anyAt = db.prepare(`SELECT 1 FROM (VALUES ${slots}) AS looked CROSS JOIN ${indexed.table} ON slot = looked.column1`);
    this.#add = db.prepare(`${insert} (?, ?)`);
    this.#addTogether = db.prepare(`${insert} ${Array<string>(ROWS_TOGETHER).fill('(?, ?)').join(', ')}`);
    this.#complete = prepare(`SELECT up_to FROM ${indexed.complete}`);
    this.#markComplete = db.prepare(`UPDATE ${indexed.complete} SET up_to = ?`);
    this.reload();
  }

  find(key: Uint8Array, first = slotOf(key)): bigint | undefined {
    for (let slot = first; ; slot = slotAfter(slot)) {
      const held = this.#held(slot);
      if (held !== undefined && this.#indexed.belongsTo(held, key)) return held;
      const there = this.#at(slot);
      if (there !== undefined && this.#indexed.belongsTo(there, key)) return there;
      if (held === undefined && there === undefined) return undefined;
    }
  }

  /** As `find`, for a key whose first slot is free in the file. */
  findHeld(key: Uint8Array, first: bigint): bigint | undefined {
    return this.#held(first) === undefined ? undefined : this.find(key, first);
  }

  /** Whether any of these first slots is taken in the file: mostly none is, and few looks tell that of all. */
  anyInFile(slots: BigInt64Array): boolean {
    if (slots.length === 1) return this.#at(slots[0]!) !== undefined;
    for (let from = 0; from < slots.length; from += ROWS_TOGETHER) {
      const some = Array.from({ length: ROWS_TOGETHER }, (_, n) => slots[Math.min(from + n, slots.length - 1)]!);
      if (this.#anyAt.get(...some) !== undefined) return true;
    }
    return false;
  }

  /** Takes a key that is not there, of a number higher than all before. */
  add(first: bigint, number: bigint): void {
    let slot = first;
    while (this.#held(slot) !== undefined) slot = slotAfter(slot);
    this.#gathering.set(slot, number);
    this.#last = number;
  }

  /** Moves keys to the file, in step with those that came. Inside the transaction that wrote what they belong to. */
  sweep(): void {
    const due = (this.#order.length * this.#gathering.size) / this.#indexed.keysARound;
    if (this.#gathering.size < this.#indexed.keysARound) {
      if (due >= this.#moved + KEYS_A_STEP) this.#moveUpTo(Math.floor(due));
      return;
    }
    this.#startRound();
    if (this.#overdue) this.#startRound();
    this.#overdue = false;
  }

  /** Forgets what a rollback has undone. */
  reload(): void {
    this.#gathering = new SlotTable(this.#indexed.keysARound);
    this.#moving = new SlotTable(0);
    this.#order = new BigInt64Array();
    this.#moved = 0;
    this.#last = this.#lastMoving = this.#complete.get()!['up_to'] as bigint;
    for (const [key, number] of this.#indexed.newer(this.#last)) this.add(slotOf(key), number);
    this.#overdue = this.#gathering.size >= this.#indexed.keysARound;
  }

  #held(slot: bigint): bigint | undefined {
    return this.#gathering.get(slot) ?? this.#moving.get(slot);
  }

  #at(slot: bigint): bigint | undefined {
    return this.#numberAt.get(slot)?.['number'] as bigint | undefined;
  }

  #startRound(): void {
    this.#moveUpTo(this.#order.length);
    this.#markComplete.run(this.#lastMoving);
    this.#moving = this.#gathering;
    this.#lastMoving = this.#last;
    this.#order = this.#moving.slots();
    this.#moved = 0;
    this.#gathering = new SlotTable(this.#indexed.keysARound);
  }

  #moveUpTo(end: number): void {
    while (this.#moved < end) {
      const rows = this.#moved + ROWS_TOGETHER <= end ? ROWS_TOGETHER : 1;
      const slots = Array.from(this.#order.subarray(this.#moved, this.#moved + rows));
      const { changes } = (rows === 1 ? this.#add : this.#addTogether).run(...slots.flatMap((slot) => this.#row(slot)));
      if (Number(changes) < rows) for (const slot of slots) this.#settle(slot, this.#moving.get(slot)!);
      this.#moved += rows;
    }
  }

  #row(slot: bigint): SQLInputValue[] {
    return [slot, this.#moving.get(slot)!];
  }

  /** Where another key has the slot in the file, the next free one is taken. */
  #settle(first: bigint, number: bigint): void {
    for (let slot = first; ; slot = slotAfter(slot)) {
      const there = this.#at(slot);
      if (there === undefined) this.#add.run(slot, number);
      if (there === undefined || there === number) return;
    }
  }
}

/** Where a key is looked for first: its first eight bytes, as a number. */
export function slotOf(key: Uint8Array): bigint {
  return new DataView(key.buffer, key.byteOffset).getBigInt64(0);
}

/** Of keys that stand one behind the other. */
export function slotsOf(keys: Uint8Array): BigInt64Array {
  const view = new DataView(keys.buffer, keys.byteOffset);
  return BigInt64Array.from({ length: keys.length / KEY_BYTES }, (_, n) => view.getBigInt64(n * KEY_BYTES));
}

export function slotAfter(slot: bigint): bigint {
  return BigInt.asIntN(64, slot + 1n);
}
