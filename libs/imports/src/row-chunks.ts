import type { ImportRow } from './import-row.ts';

/**
 * Rows in chunks of about `size`: a chunk goes on, up to twice its size, while the next row is of the same customer, so that
 * the lines of a customer that stand together are registered together. The same rows always give the same chunks.
 */
export async function* rowChunks(rows: AsyncIterable<ImportRow>, size: number): AsyncGenerator<readonly ImportRow[], void, undefined> {
  let chunk: ImportRow[] = [];
  for await (const row of rows) {
    const full = chunk.length >= size && (chunk.length >= 2 * size || !sameCustomer(chunk.at(-1), row));
    if (full) {
      yield chunk;
      chunk = [];
    }
    chunk.push(row);
  }
  if (chunk.length > 0) yield chunk;
}

function sameCustomer(a: ImportRow | undefined, b: ImportRow): boolean {
  const customer = (row: ImportRow | undefined): string | undefined =>
    row && 'cells' in row ? row.cells.customer_tenant_id.toLowerCase() : undefined;
  return customer(a) !== undefined && customer(a) === customer(b);
}
