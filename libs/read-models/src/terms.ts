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

async function add(tx: ReadModelTransaction, text: string): Promise<number> {
  const { id } = await tx
    .insertInto('terms')
    .values({ text })
    .onConflict((conflict) => conflict.column('text').doUpdateSet({ text }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
