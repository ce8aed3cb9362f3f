import type { ReadModelTransaction } from './projection-storage.ts';

/** Texts that many rows share, by number; what was seen before is not asked for again. */
export class KnownTerms {
  readonly #ids = new Map<string, number>();

  async idsOf(tx: ReadModelTransaction, texts: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    for (const text of texts) if (!this.#ids.has(text)) this.#ids.set(text, await add(tx, text));
    return this.#ids;
  }

  forget(): void {
    this.#ids.clear();
  }
}

/** Only one owner of the checkpoint writes at a time: nobody can add the same text between the two statements. */
async function add(tx: ReadModelTransaction, text: string): Promise<number> {
  const known = await tx.selectFrom('terms').select('id').where('text', '=', text).executeTakeFirst();
  if (known) return known.id;
  const { id } = await tx.insertInto('terms').values({ text }).returning('id').executeTakeFirstOrThrow();
  return id;
}
