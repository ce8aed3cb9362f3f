import { derivedId } from '#kernel';

/** Chance that repeats: everything that a simulation draws comes from its seed (mulberry32). */
export class Chance {
  readonly #name: string;
  #state: number;
  #ids = 0;

  constructor(name: string | number) {
    this.#name = String(name);
    this.#state = Number.parseInt(derivedId('chance', this.#name).slice(0, 8), 16);
  }

  /** A source of its own, so that what is drawn here does not shift what is drawn there. */
  branch(name: string | number): Chance {
    return new Chance(`${this.#name}/${name}`);
  }

  /** In [0, 1). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Whole numbers, both ends included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)]!;
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    let left = this.fraction() * names.reduce((sum, name) => sum + weights[name], 0);
    return names.find((name) => (left -= weights[name]) < 0) ?? names.at(-1)!;
  }

  id(): string {
    this.#ids += 1;
    return derivedId('id by chance', this.#name, String(this.#ids));
  }
}
