import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import type { Day } from '#kernel';
import { IMPORT_COLUMNS, type ImportColumn } from './import-columns.ts';
import { readImport } from './read-import.ts';
import type { RowOutcome } from './row-outcome.ts';
import { runImport } from './run-import.ts';

const ROWS = 100_000;
/** Live heap beyond the start's: 25,000 customers and 80,000 originals are remembered, rows are not. */
const MOST_HEAP_BYTES = 60 * 1024 * 1024;
const ROWS_BETWEEN_MEASUREMENTS = 20_000;

const guid = (kind: string, number: number): string => `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;

function good(number: number): Record<ImportColumn, string> {
  return {
    customer_tenant_id: guid('a', Math.floor(number / 4)),
    customer_name: 'C',
    customer_domain: 'a.io',
    country: 'DE',
    contact_email: 'it@a.io',
    original_subscription_id: guid('b', number),
    program: 'ea',
    offer_name: 'E3',
    sku_id: guid('c', 1),
    seats: '25',
    term_end: '2027-01-31',
    auto_renew: '1',
    target_catalog_item: '',
    target_sku_id: '',
    target_seats: '',
    wave: '',
  };
}

/** Every kind of fault that a row may have, by turns; a row of none is good. */
const FAULTS: readonly (readonly [code: string, row: (cells: Record<ImportColumn, string>) => string])[] = [
  ...(
    [
      ['cell-empty', { customer_name: '' }],
      ['not-a-guid', { sku_id: 'E3' }],
      ['text-too-long', { offer_name: 'x'.repeat(300) }],
      ['control-character', { wave: 'a\u0001b' }],
      ['not-a-domain', { customer_domain: 'contoso' }],
      ['unknown-country', { country: 'ZZ' }],
      ['not-an-email', { contact_email: 'contoso' }],
      ['unknown-program', { program: 'none' }],
      ['not-a-whole-number', { seats: '2.5' }],
      ['seats-out-of-range', { target_seats: '0' }],
      ['no-such-date', { term_end: '2027-02-29' }],
      ['term-end-too-old', { term_end: '2020-01-01' }],
      ['term-end-too-far', { term_end: '2999-01-01' }],
      ['not-yes-or-no', { auto_renew: 'maybe' }],
      ['not-a-catalog-item', { target_catalog_item: 'x' }],
      ['customer-differs', { customer_name: 'Fabrikam' }],
      ['duplicate-row', { original_subscription_id: guid('b', 0), customer_tenant_id: guid('a', 0) }],
    ] satisfies readonly (readonly [string, Partial<Record<ImportColumn, string>>])[]
  ).map(([code, change]) => [code, (cells: Record<ImportColumn, string>) => text({ ...cells, ...change })] as const),
  ['wrong-cell-count', (cells) => `${text(cells)},x`],
  ['quote-misplaced', (cells) => text({ ...cells, customer_name: 'Con"toso' })],
  ['row-empty', () => ','.repeat(15)],
];

function text(cells: Record<ImportColumn, string>): string {
  return IMPORT_COLUMNS.map((column) => cells[column]).join(',');
}

function faultOfRow(number: number): (typeof FAULTS)[number] | undefined {
  return number % 4 === 3 ? FAULTS[Math.floor(number / 4) % FAULTS.length] : undefined;
}

async function* file(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${IMPORT_COLUMNS.join(',')}\r\n`);
  for (let from = 0; from < ROWS; from += 500) {
    const rows = Array.from({ length: 500 }, (_, index) => {
      const number = from + index;
      return faultOfRow(number)?.[1](good(number)) ?? text(good(number));
    });
    yield Buffer.from(`${rows.join('\r\n')}\r\n`);
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function liveHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('100,000 rows with every kind of fault are accounted for in bounded memory', async () => {
  const seen = new Map<string, number>();
  const wrong: RowOutcome[] = [];
  let rejected = 0;
  let measured = 0;
  let mostHeap = 0;
  const before = liveHeap();
  const counts = await runImport({
    rows: readImport(file()),
    today: '2026-12-01' as Day,
    target: { register: async (_, rows) => rows.map(() => ({ outcome: 'accepted' })) },
    onChunk: ({ outcomes, lastRow }) => {
      for (const outcome of outcomes) {
        const { row, line, code = 'none' } = outcome;
        if (line !== row + 1 || code !== (faultOfRow(row - 1)?.[0] ?? 'none')) wrong.push(outcome);
        seen.set(code, (seen.get(code) ?? 0) + 1);
        if (outcome.outcome === 'rejected') rejected++;
      }
      if (lastRow - measured < ROWS_BETWEEN_MEASUREMENTS) return;
      measured = lastRow;
      mostHeap = Math.max(mostHeap, liveHeap() - before);
    },
  });
  expect(wrong.slice(0, 5)).toEqual([]);
  const duplicates = seen.get('duplicate-row')!;
  expect(counts).toEqual({ rows: ROWS, accepted: seen.get('none'), rejected, duplicates });
  expect(counts.accepted + counts.rejected + counts.duplicates).toBe(ROWS);
  expect([...seen.keys()].sort()).toEqual(['none', ...FAULTS.map(([code]) => code)].sort());
  expect(mostHeap).toBeLessThan(MOST_HEAP_BYTES);
}, 60_000);
