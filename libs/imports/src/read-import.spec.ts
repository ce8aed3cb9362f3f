import { describe, expect, test } from '@jest/globals';
import { IMPORT_COLUMNS } from './import-columns.ts';
import { ImportFileFault } from './import-file-fault.ts';
import type { ImportRow } from './import-row.ts';
import { checkImportFile, readImport } from './read-import.ts';

const HEADER = IMPORT_COLUMNS.join(',');
const CELLS = ['t', 'Contoso', 'contoso.com', 'DE', '', 'o', 'ea', 'E3', 's', '5', '2026-12-31', 'true', '', '', '', ''];
const ROW = CELLS.join(',');

async function* pieces(file: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < file.length; from += size) yield file.subarray(from, from + size);
}

async function read(file: string | Buffer, size = 7): Promise<ImportRow[]> {
  const rows: ImportRow[] = [];
  for await (const row of readImport(pieces(Buffer.from(file), size))) rows.push(row);
  return rows;
}

async function faultOf(file: string | Buffer, size?: number): Promise<ImportFileFault> {
  const failure: unknown = await read(file, size).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof ImportFileFault) return failure;
  throw new Error(`No ImportFileFault but ${String(failure)}`);
}

const utf16le = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const utf16be = (text: string): Buffer => Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]);
const named = (name: string): string => ROW.replace('Contoso', name);

describe('rows', () => {
  test('a row has its cells by column and the physical line on which it begins', async () => {
    const [row] = await read(`${HEADER}\n${ROW}\n`);
    expect(row).toEqual({ row: 1, line: 2, cells: Object.fromEntries(IMPORT_COLUMNS.map((column, index) => [column, CELLS[index]])) });
  });

  test('a header alone is a file of no rows', async () => {
    expect(await read(HEADER)).toEqual([]);
    expect(await checkImportFile(pieces(Buffer.from(`${HEADER}\r\n${ROW}\r\n\r\n${ROW}`), 11))).toEqual({ rows: 2 });
  });

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('blank lines count as lines and not as rows, cells over several lines count all of theirs: %s', async (_, end) => {
    const file = [HEADER, '', ROW, '  ', named(`"Con${end}to${end}so"`), ROW, '', ''].join(end);
    expect((await read(file)).map(({ row, line }) => [row, line])).toEqual([
      [1, 3],
      [2, 5],
      [3, 8],
    ]);
  });

  test('blank lines before the header are counted', async () => {
    expect((await read(`\n\r\n${HEADER}\n${ROW}`)).map(({ line }) => line)).toEqual([4]);
  });

  test.each([';', '\t', ','])('finds the delimiter %j by the header', async (delimiter) => {
    const header = IMPORT_COLUMNS.map((column) => `"${column}"`).join(delimiter);
    const [row] = await read(`${header}\n${CELLS.join(delimiter).replace('Contoso', '"Con,to;so\t""x"""')}`);
    expect(row).toMatchObject({ cells: { customer_name: 'Con,to;so\t"x"', customer_domain: 'contoso.com', wave: '' } });
  });

  test('header names come in any order and case, with blanks around them', async () => {
    const header = [...IMPORT_COLUMNS].reverse().map((column) => `  ${column.toUpperCase()} `);
    const [row] = await read(`${header.join(',')}\n${[...CELLS].reverse().join(',')}`);
    expect(row).toMatchObject({ cells: { customer_tenant_id: 't', country: 'DE', seats: '5' } });
  });

  test.each([
    ['too few', CELLS.slice(1).join(','), '15 cells'],
    ['too many', `${ROW},`, '17 cells'],
    ['one', 'Contoso', '1 cell'],
  ])('a row with %s cells is accounted for, and the next one read', async (_, row, told) => {
    const rows = await read(`${HEADER}\n${row}\n${ROW}`);
    expect(rows[0]).toMatchObject({
      row: 1,
      line: 2,
      fault: { code: 'wrong-cell-count', column: null, hint: expect.stringContaining(told) },
    });
    expect(rows[1]).toMatchObject({ row: 2, line: 3, cells: { customer_name: 'Contoso' } });
  });

  test.each([['Con "to" so'], ['"Con"toso'], ['"Con "to, so", Inc"'], ['Con"']])(
    'a stray quote costs its own row only: %s',
    async (name) => {
      const rows = await read(`${HEADER}\r\n${named(name)}\r\n${ROW}\r\n`);
      expect(rows).toHaveLength(2);
      expect(rows[0]).toMatchObject({ line: 2, fault: { code: 'quote-misplaced' } });
      expect(rows[1]).toMatchObject({ line: 3, cells: { customer_name: 'Contoso' } });
    },
  );

  test('a row of empty cells is told apart', async () => {
    expect(await read(`${HEADER}\n${','.repeat(15)}\n""\n`)).toMatchObject([
      { fault: { code: 'row-empty' } },
      { fault: { code: 'row-empty' } },
    ]);
  });
});

describe('encodings', () => {
  const name = 'Łódź 株式会社 🚀 مرحبا';
  const text = `${HEADER}\r\n${named(name)}\r\n`;

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 little endian', utf16le(text)],
    ['UTF-16 big endian', utf16be(text)],
  ])('%s, however the characters are cut', async (_, file) => {
    for (const size of [1, 2, 3, 5, 7, 1000]) {
      expect(await read(file, size)).toMatchObject([{ line: 2, cells: { customer_name: name, customer_tenant_id: 't' } }]);
    }
  });

  test.each([
    ['Windows-1252', Buffer.from(`${HEADER}\n${named('Müller')}\n`, 'latin1'), 'encoding-broken', 2],
    ['Windows-1252 before a plain letter', Buffer.from(`${HEADER}\n\n${named('Bänd')}`, 'latin1'), 'encoding-broken', 3],
    ['a cut character at the end', Buffer.from(`${HEADER}\n${ROW}ü`).subarray(0, -1), 'encoding-broken', 2],
    ['UTF-16 without mark', Buffer.from(text, 'utf16le'), 'encoding-unsupported', 1],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x63, 0, 0, 0]), 'encoding-unsupported', 1],
    ['half a surrogate', Buffer.concat([utf16le(`${HEADER}\n`), Buffer.from([0x00, 0xd8, 0x41, 0x00])]), 'encoding-broken', 2],
    ['an odd byte in UTF-16', Buffer.concat([utf16be(text), Buffer.from([0x41])]), 'encoding-broken', 3],
  ])('%s is refused as a whole', async (_, file, code, line) => {
    for (const size of [1, 3, 100_000]) {
      expect(await faultOf(file, size)).toMatchObject({ code, line, hint: expect.stringContaining('UTF-8') });
    }
  });

  test('one bad byte far down the file is named with its place', async () => {
    const good = Buffer.from(`${HEADER}\n${`${named('Zoë')}\n`.repeat(5_000)}`);
    const at = good.length + 4;
    const file = Buffer.concat([good, Buffer.from('good'), Buffer.from([0xe4]), Buffer.from('x\n')]);
    expect(await faultOf(file, 65_536)).toMatchObject({
      code: 'encoding-broken',
      line: 5_002,
      detail: expect.stringContaining(`0xe4 at byte ${at}`),
    });
  });
});

describe('faults of the whole file', () => {
  test.each([
    ['nothing', '', 'file-empty'],
    ['a mark alone', '\ufeff', 'file-empty'],
    ['blanks', '\n  \r\n', 'file-empty'],
    ['lines that end with CR', `${HEADER}\r${ROW}\r`, 'line-ends-unsupported'],
    ['a first line without end', 'x'.repeat(70_000), 'header-too-long'],
    ['a row without end', `${HEADER}\n${'x'.repeat(70_000)}`, 'row-too-long'],
    ['delimiters without end', `${HEADER}\n${','.repeat(1_500_000)}`, 'row-too-long'],
  ])('%s', async (_, file, code) => {
    const fault = await faultOf(file, 10_000);
    expect(fault).toMatchObject({ code, detail: expect.stringMatching(/./), hint: expect.stringMatching(/./) });
  });

  test.each([
    ['an Excel workbook', Buffer.from('PK\u0003\u0004abcdefgh', 'latin1'), /Excel workbook[^]*CSV UTF-8/],
    ['an old Excel workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /Excel workbook[^]*CSV UTF-8/],
    ['a gzip file', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0]), /gzip/],
    ['a PDF', Buffer.from('%PDF-1.7 ...'), /PDF/],
  ])('%s', async (_, file, told) => {
    expect(await faultOf(file)).toMatchObject({ code: 'not-a-csv', message: expect.stringMatching(told) });
  });

  test('a quote that is never closed is named with the line where it was opened', async () => {
    const file = `${HEADER}\n${ROW}\n${named('"two\nlines",x,"and')}\n${`${ROW}\n`.repeat(3)}`;
    expect(await faultOf(file)).toMatchObject({ code: 'quote-not-closed', line: 4 });
    expect(await faultOf(`${HEADER}\n${named('"')}\n${`${ROW}\n`.repeat(3_000)}`, 65_536)).toMatchObject({
      code: 'quote-not-closed',
      line: 2,
    });
  });

  test('the header’s faults are all named, with the nearest known names', async () => {
    const header = HEADER.replace('customer_tenant_id', 'Customer Tenant-Id')
      .replace('seats', 'seets')
      .replace('country', 'program')
      .replace('wave', '');
    const fault = await faultOf(`${header}\n`);
    expect(fault).toMatchObject({ code: 'unknown-column', column: 'Customer Tenant-Id', line: 1 });
    expect(fault.detail).toContain('Unknown: "Customer Tenant-Id", "seets", "".');
    expect(fault.detail).toContain('More than once: program.');
    expect(fault.detail).toContain('Missing: customer_tenant_id, country, seats, wave.');
    expect(fault.hint).toContain('Did you mean customer_tenant_id for "Customer Tenant-Id"?');
    expect(fault.hint).toContain('Did you mean seats for "seets"?');
    expect(fault.hint).toContain('stray delimiter');
  });

  test.each([
    ['missing-column', IMPORT_COLUMNS.slice(0, -1).join(','), 'wave'],
    ['duplicate-column', `${HEADER},Seats`, 'seats'],
    ['unknown-column', `${HEADER},colour`, 'colour'],
    ['unknown-column', 'sep=;', 'sep='],
  ])('%s', async (code, header, column) => {
    expect(await faultOf(`${header}\n`)).toMatchObject({ code, column });
  });

  test('a fault comes even when nobody has read the rows before it', async () => {
    await expect(checkImportFile(pieces(Buffer.from(`${HEADER}\n${`${ROW}\n`.repeat(2_000)}"`), 1_000))).rejects.toMatchObject({
      code: 'quote-not-closed',
      line: 2_002,
    });
  });

  test('a source that fails is not taken for a fault of the file', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${HEADER}\n${ROW}\n`);
      throw new Error('the upload broke off');
    }
    await expect(checkImportFile(failing())).rejects.toThrow('the upload broke off');
  });

  test('whoever stops reading ends the source', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from(`${HEADER}\n`);
        for (;;) yield Buffer.from(`${ROW}\n`.repeat(100));
      } finally {
        ended = true;
      }
    }
    for await (const { row } of readImport(endless())) if (row === 10) break;
    await new Promise(setImmediate);
    expect(ended).toBe(true);
  });
});
