import { LRUCache } from 'lru-cache';
import type { StoredMigration } from './stored-migrations.ts';

/** Migrations as whoever keeps the rows up has folded them last: what is in their rows, or about to be. */
export interface FoldedLately {
  /** `undefined` where it was not touched lately: its row has it. */
  migration(id: string): StoredMigration | undefined;
}

/** What a projection remembers of the migrations that its copy has, and shows to others. */
export class FoldedMigrations<Folded extends StoredMigration> implements FoldedLately {
  readonly #byId: LRUCache<string, Folded>;

  constructor(most: number) {
    this.#byId = new LRUCache({ max: most });
  }

  get(id: string): Folded | undefined {
    return this.#byId.get(id);
  }

  keep(id: string, folded: Folded): void {
    this.#byId.set(id, folded);
  }

  forget(): void {
    this.#byId.clear();
  }

  /** Looked at by others, it is no younger for the projection. */
  migration(id: string): StoredMigration | undefined {
    return this.#byId.peek(id);
  }
}
