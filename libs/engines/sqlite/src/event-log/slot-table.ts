const NONE = -1n;

/**
 * Numbers by slots, in two arrays: a `Map` of big integers holds two objects a key, and so many of them cost the writer
 * more in looks and in garbage collection than its inserts do.
 */
export class SlotTable {
  #slots: BigInt64Array<ArrayBuffer>;
  #numbers: BigInt64Array;
  #size = 0;
  readonly #asked = new BigInt64Array(1);
  readonly #halves = new Int32Array(this.#asked.buffer);

  /** @param room for so many; it grows where there are more */
  constructor(room: number) {
    const places = 2 ** Math.ceil(Math.log2(Math.max(room, 4) * 2));
    this.#slots = new BigInt64Array(places);
    this.#numbers = new BigInt64Array(places).fill(NONE);
  }

  get size(): number {
    return this.#size;
  }

  get(slot: bigint): bigint | undefined {
    const number = this.#numbers[this.#placeOf(slot)]!;
    return number === NONE ? undefined : number;
  }

  /** @param number 0 or more */
  set(slot: bigint, number: bigint): void {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const place = this.#placeOf(slot);
    if (this.#numbers[place] === NONE) this.#size++;
    this.#slots[place] = slot;
    this.#numbers[place] = number;
  }

  /** All slots, the lowest first. */
  slots(): BigInt64Array<ArrayBuffer> {
    return this.#slots.filter((_, place) => this.#numbers[place] !== NONE).sort();
  }

  /** Where the slot is, or would be. */
  #placeOf(slot: bigint): number {
    this.#asked[0] = slot;
    const last = this.#slots.length - 1;
    const mixed = Math.imul(this.#halves[0]!, 0x9e3779b1) ^ Math.imul(this.#halves[1]!, 0x85ebca77);
    let place = (mixed ^ (mixed >>> 15)) & last;
    while (this.#numbers[place] !== NONE && this.#slots[place] !== slot) place = (place + 1) & last;
    return place;
  }

  #grow(): void {
    const [slots, numbers] = [this.#slots, this.#numbers];
    this.#slots = new BigInt64Array(slots.length * 2);
    this.#numbers = new BigInt64Array(slots.length * 2).fill(NONE);
    for (const [place, number] of numbers.entries()) {
      if (number === NONE) continue;
      const moved = this.#placeOf(slots[place]!);
      this.#slots[moved] = slots[place]!;
      this.#numbers[moved] = number;
    }
  }
}
