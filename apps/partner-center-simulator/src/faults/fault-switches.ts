import type { Database } from '../storage/database.ts';
import { draw } from './draw.ts';
import { FAULTS, type FaultName } from './fault-list.ts';

export interface FaultSwitch {
  readonly name: FaultName;
  readonly does: string;
  readonly rate: number;
}

/** Which faults strike how often. Draws come from the seed and what they are about, so that a run repeats. */
export class FaultSwitches {
  readonly #db: Database;
  readonly #seed: string;
  readonly #rates = new Map<string, number>();

  constructor(db: Database, seed: string) {
    this.#db = db;
    this.#seed = seed;
    for (const { name, rate } of db.all<{ name: string; rate: number }>('SELECT name, rate FROM faults')) this.#rates.set(name, rate);
  }

  strikes(name: FaultName, ...about: readonly (string | number)[]): boolean {
    const rate = this.#rates.get(name) ?? 0;
    return rate > 0 && this.fraction(name, ...about) < rate;
  }

  /** Evenly in [0, 1): how late, how slow, which one. */
  fraction(...about: readonly (string | number)[]): number {
    return draw(this.#seed, ...about);
  }

  list(): FaultSwitch[] {
    return (Object.keys(FAULTS) as FaultName[]).map((name) => ({ name, does: FAULTS[name], rate: this.#rates.get(name) ?? 0 }));
  }

  set(rates: ReadonlyMap<FaultName, number>): void {
    this.#db.transaction(() => {
      for (const [name, rate] of rates) {
        this.#db.run('INSERT INTO faults (name, rate) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET rate = excluded.rate', name, rate);
      }
    });
    for (const [name, rate] of rates) this.#rates.set(name, rate);
  }
}
