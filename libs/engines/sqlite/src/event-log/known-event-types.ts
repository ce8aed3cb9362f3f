import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** The numbers that stand for event types in the file. In the writer thread. */
export class KnownEventTypes {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #ids = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM event_types WHERE name = ?');
    this.#add = db.prepare('INSERT INTO event_types (name) VALUES (?)');
  }

  /** A type's number; a new type gets the next one. */
  id(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = (this.#find.get(name)?.['id'] as number | undefined) ?? Number(this.#add.run(name).lastInsertRowid);
      this.#ids.set(name, id);
    }
    return id;
  }

  /** After a rollback: what is known may no longer be so. */
  forget(): void {
    this.#ids.clear();
  }
}
