import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Day } from '#kernel';
import { IMPORT_COLUMNS, type ImportColumn } from './import-columns.ts';
import type { ImportTarget } from './import-target.ts';
import { readImport } from './read-import.ts';
import type { RowOutcome } from './row-outcome.ts';
import { runImport, type ImportChunk } from './run-import.ts';

const TODAY = '2026-12-01' as Day;
const HEADER = [...IMPORT_COLUMNS];

const guid = (kind: string, number: number): string => `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Answers by the rows alone, so that it answers the same rows the same way again, as the port demands. */
const target: ImportTarget = {
  register: async ({ customerTenantId }, rows) =>
    rows.map(({ original }) => {
      if (original.seats === 13) return { outcome: 'rejected', code: 'too-late', column: null, hint: 'x' };
      if (original.seats === 7) return { outcome: 'duplicate', migrationId: `m-${customerTenantId}`, hint: 'known' };
      return { outcome: 'accepted', migrationId: `m-${customerTenantId}` };
    }),
};

async function* pieces(file: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < file.length; from += size) yield file.subarray(from, from + size);
}

async function run(file: Buffer, chunkSize: number, resumeAfter = 0, pieceSize = 997) {
  const chunks: ImportChunk[] = [];
  const counts = await runImport({
    rows: readImport(pieces(file, pieceSize)),
    today: TODAY,
    target,
    chunkSize,
    resumeAfter,
    onChunk: (chunk) => void chunks.push(chunk),
  });
  return { counts, chunks, outcomes: chunks.flatMap((chunk): readonly RowOutcome[] => chunk.outcomes) };
}

interface Line {
  readonly cells: readonly string[];
  readonly fault: 'none' | 'too-few' | 'too-many' | 'stray-quote' | 'empty';
  readonly blankLinesBefore: number;
}

const line: fc.Arbitrary<Line> = fc.record({
  cells: fc
    .record({
      customer: fc.nat(3),
      name: fc.constantFrom('Contoso', 'Fabrikam, "Inc"', 'Łódź\n株式会社', '=1+1', '🚀;\t,'),
      original: fc.nat(8),
      seats: fc.constantFrom('5', '7', '13', '25.0', '', '２５'),
      termEnd: fc.constantFrom('2027-01-31', '2026-02-30', '2001-01-01'),
      country: fc.constantFrom('DE', 'de', 'Germany'),
    })
    .map(({ customer, name, original, seats, termEnd, country }) => [
      ...[guid('a', customer), name, 'contoso.com', country, 'it@contoso.com', guid('b', original), 'ea', 'E3', guid('c', 1)],
      ...[seats, termEnd, 'true', '', '', '', ''],
    ]),
  fault: fc.oneof({ weight: 8, arbitrary: fc.constant('none' as const) }, fc.constantFrom('too-few', 'too-many', 'stray-quote', 'empty')),
  blankLinesBefore: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3)),
});

const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r\n'),
  encoding: fc.constantFrom('utf8', 'utf8-mark', 'utf16le', 'utf16be'),
  endAtLast: fc.boolean(),
});

type Dialect = typeof dialect extends fc.Arbitrary<infer T> ? T : never;

function cellText(cell: string, { delimiter, end }: Dialect): string {
  const text = cell.replaceAll('\n', end);
  return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}

function rowText({ cells, fault }: Line, written: Dialect): string {
  const texts = cells.map((cell) => cellText(cell, written));
  if (fault === 'too-few') texts.pop();
  if (fault === 'too-many') texts.push('x');
  if (fault === 'stray-quote') texts[2] = 'con"toso';
  return (fault === 'empty' ? texts.map(() => '') : texts).join(written.delimiter);
}

/** The file, and the physical line on which each of its rows begins. */
function write(lines: readonly Line[], written: Dialect): { readonly file: Buffer; readonly begins: readonly number[] } {
  let text = HEADER.join(written.delimiter) + written.end;
  const begins = lines.map((row) => {
    text += written.end.repeat(row.blankLinesBefore);
    const begin = text.split('\n').length;
    text += rowText(row, written) + written.end;
    return begin;
  });
  if (!written.endAtLast) text = text.slice(0, -written.end.length);
  return { file: encoded(text, written.encoding), begins };
}

function encoded(text: string, encoding: Dialect['encoding']): Buffer {
  switch (encoding) {
    case 'utf8':
      return Buffer.from(text);
    case 'utf8-mark':
      return Buffer.from(`\ufeff${text}`);
    case 'utf16le':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    default:
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  }
}

test('every row of any file in any dialect has one outcome, in order, also when started again at any chunk', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 40 }),
      dialect,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 400 }),
      async (lines, written, chunkSize, pieceSize) => {
        const { file, begins } = write(lines, written);
        const whole = await run(file, chunkSize, 0, pieceSize);
        expect(whole.outcomes.map((outcome) => outcome.line)).toEqual(begins);
        expect(whole.outcomes.map(({ row }) => row)).toEqual(begins.map((_, index) => index + 1));
        const { rows, accepted, rejected, duplicates } = whole.counts;
        expect([rows, accepted + rejected + duplicates]).toEqual([lines.length, lines.length]);
        lines.forEach(({ fault }, index) => {
          if (fault !== 'none') expect(whole.outcomes[index]!.outcome).toBe('rejected');
        });
        for (const { lastRow } of whole.chunks) {
          const again = await run(file, chunkSize, lastRow);
          expect(again.outcomes).toEqual(whole.outcomes.slice(lastRow));
          expect(again.chunks.map((chunk) => chunk.lastRow)).toEqual(
            whole.chunks.map((chunk) => chunk.lastRow).filter((last) => last > lastRow),
          );
        }
      },
    ),
    { numRuns: 150 },
  );
});

const cells = (change: Partial<Record<ImportColumn, string>>): string => {
  const row: Record<ImportColumn, string> = {
    ...({ customer_tenant_id: guid('a', 1), customer_name: 'Contoso', customer_domain: 'contoso.com', country: 'DE' } as const),
    ...({ contact_email: '', original_subscription_id: guid('b', 1), program: 'ea', offer_name: 'E3', sku_id: guid('c', 1) } as const),
    ...({
      seats: '5',
      term_end: '2027-01-31',
      auto_renew: '1',
      target_catalog_item: '',
      target_sku_id: '',
      target_seats: '',
      wave: '',
    } as const),
    ...change,
  };
  return HEADER.map((column) => row[column]).join(',');
};
const fileOf = (...rows: readonly string[]): Buffer => Buffer.from([HEADER.join(','), ...rows, ''].join('\n'));

test('outcomes carry what the file, the account and the target say', async () => {
  const { outcomes } = await run(
    fileOf(
      cells({ wave: '1' }),
      cells({ seats: 'x', country: '' }),
      cells({}),
      cells({ original_subscription_id: guid('b', 2), seats: '7' }),
      cells({ original_subscription_id: guid('b', 3), seats: '13' }),
      cells({ original_subscription_id: guid('b', 4), country: 'AT' }),
    ),
    2,
  );
  const migrationId = `m-${guid('a', 1)}`;
  expect(outcomes).toMatchObject([
    { line: 2, outcome: 'accepted', migrationId, warnings: [{ code: 'no-contact-email' }] },
    { line: 3, outcome: 'rejected', code: 'cell-empty', column: 'country', warnings: [{ code: 'not-a-whole-number', column: 'seats' }] },
    { line: 4, outcome: 'duplicate', code: 'duplicate-row', hint: expect.stringContaining('line 2') },
    { line: 5, outcome: 'duplicate', code: 'already-registered', hint: 'known', migrationId },
    { line: 6, outcome: 'rejected', code: 'too-late' },
    { line: 7, outcome: 'rejected', code: 'customer-differs', column: 'country' },
  ]);
});

test('outcomes are handed over in pieces of at most 256 KiB, and an import goes on behind each of them', async () => {
  const shifted = ['漢'.repeat(200), ...cells({}).split(',')].slice(0, HEADER.length).join(',');
  const rows = Array.from({ length: 600 }, () => shifted);
  const good = Array.from({ length: 10 }, (_, index) => cells({ original_subscription_id: guid('b', index) }));
  const calls: (readonly number[])[] = [];
  const file = fileOf(...rows.slice(0, 300), ...good, ...rows.slice(300, 600));
  const started = async (resumeAfter: number): Promise<ImportChunk[]> => {
    const chunks: ImportChunk[] = [];
    await runImport({
      rows: readImport(pieces(file, 10_000)),
      today: TODAY,
      resumeAfter,
      target: {
        async register(customer, registered) {
          calls.push(registered.map(({ row }) => row));
          return target.register(customer, registered);
        },
      },
      onChunk: (chunk) => void chunks.push(chunk),
    });
    return chunks;
  };
  const whole = await started(0);
  expect(whole.length).toBeGreaterThan(3);
  for (const { outcomes } of whole) expect(Buffer.byteLength(JSON.stringify(outcomes))).toBeLessThanOrEqual(256 * 1024 + 2);
  expect(whole.flatMap(({ outcomes }) => outcomes.map(({ row }) => row))).toEqual(Array.from({ length: 610 }, (_, index) => index + 1));
  for (const index of [0, 2]) expect(await started(whole[index]!.lastRow)).toEqual(whole.slice(index + 1));
  expect(new Set(calls.map(String)).size).toBe(1);
  expect(calls).toHaveLength(3);
});

test('a row with a fault in every cell has an outcome of a few kilobytes, however long its cells are', async () => {
  const row = HEADER.map((_, index) => String.fromCodePoint(0x1f600 + index).repeat(500)).join(',');
  const { outcomes } = await run(fileOf(row), 1);
  expect(outcomes[0]!.warnings.length).toBeGreaterThan(10);
  expect(Buffer.byteLength(JSON.stringify(outcomes))).toBeLessThan(8 * 1024);
});

test('rows of one customer that stand together are registered together, with the first contact and wave among them', async () => {
  const calls: unknown[] = [];
  const rows = [1, 2, 3, 4, 5].map((original) =>
    cells({
      original_subscription_id: guid('b', original),
      contact_email: original === 2 ? 'it@contoso.com' : '',
      wave: original === 3 ? 'north' : '',
    }),
  );
  await runImport({
    rows: readImport(pieces(fileOf(...rows, cells({ customer_tenant_id: guid('d', 1) })), 100)),
    today: TODAY,
    chunkSize: 3,
    target: {
      register: async (customer, registered) => {
        calls.push([customer.customerTenantId, customer.contactEmail, customer.wave, registered.map(({ row }) => row)]);
        return registered.map(() => ({ outcome: 'accepted' }));
      },
    },
    onChunk: () => undefined,
  });
  expect(calls).toEqual([
    [guid('a', 1), 'it@contoso.com', 'north', [1, 2, 3, 4, 5]],
    [guid('d', 1), undefined, undefined, [6]],
  ]);
});

test('a target that fails stops the import, and chunks handed over until then stand', async () => {
  const kept: number[] = [];
  const rows = [1, 2, 3].map((customer) => cells({ customer_tenant_id: guid('a', customer), seats: String(customer) }));
  const failing: ImportTarget = {
    register: async (_, registered) => {
      if (registered[0]!.original.seats === 2) throw new Error('the log is full');
      return registered.map(() => ({ outcome: 'accepted' }));
    },
  };
  const started = runImport({
    rows: readImport(pieces(fileOf(...rows), 100)),
    today: TODAY,
    chunkSize: 1,
    target: failing,
    onChunk: ({ lastRow }) => void kept.push(lastRow),
  });
  await expect(started).rejects.toThrow('the log is full');
  expect(kept).toEqual([1]);
});
