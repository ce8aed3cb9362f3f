import { describe, expect, test } from '@jest/globals';
import { COLUMNS, type Column, type Row, SKUS, csvOf, customer, guidOf, rowsOf } from './customers.ts';
import { runningProduct } from './running-product.ts';
import type { World } from './world.ts';

const running = runningProduct();

function row(name: string, given: Partial<Row> = {}): Row {
  return { ...rowsOf(customer(name))[0]!, ...given };
}

async function logHead(world: World): Promise<string> {
  const { headers } = await world.sendFile(csvOf([]), '?dryRun=true');
  return headers.get('position') ?? '';
}

/** Megabytes of memory that the process holds, by its own metrics. */
async function memoryOf(world: World): Promise<number> {
  const { text } = await world.ask('GET', '/metrics');
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)![1]) / 1024 / 1024;
}

function utf16(text: string, bigEndian = false): Uint8Array {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

describe('what a file may look like', () => {
  const forms: readonly (readonly [string, (rows: readonly Row[]) => string | Uint8Array])[] = [
    ['UTF-8 with a byte order mark', (rows) => `\uFEFF${csvOf(rows)}`],
    ['semicolons and CRLF', (rows) => csvOf(rows, { delimiter: ';', newline: '\r\n' })],
    ['tabs', (rows) => csvOf(rows, { delimiter: '\t' })],
    ['UTF-16 little endian', (rows) => utf16(csvOf(rows))],
    ['UTF-16 big endian', (rows) => utf16(csvOf(rows), true)],
    ['no line end after the last row', (rows) => csvOf(rows).trimEnd()],
    [
      'header names in capitals, columns the other way round',
      (rows) =>
        [
          [...COLUMNS].reverse().join(',').toUpperCase(),
          ...rows.map((each) =>
            [...COLUMNS]
              .reverse()
              .map((column) => `"${each[column].replaceAll('"', '""')}"`)
              .join(','),
          ),
        ].join('\n'),
    ],
  ];
  test.each(forms)('%s', async (form, write) => {
    const world = running();
    const rows = [
      row(`${form} 1`, { customer_name: 'Müller, "Söhne" & Co; GmbH' }),
      row(`${form} 2`, { customer_name: '=HYPERLINK("http://x")' }),
    ];
    const report = await world.importFile(write(rows));
    expect(report).toMatchObject({ state: 'done', rows: 2, accepted: 2, rejected: 0, duplicates: 0 });
    const names = await Promise.all(
      (await world.importRows(report.id)).map(async ({ migrationId }) => (await world.migration(migrationId!)).customerName),
    );
    expect(names).toEqual(rows.map(({ customer_name }) => customer_name));
  });

  test('a name across lines keeps the physical line of what follows', async () => {
    const world = running();
    const report = await world.importFile(
      csvOf([row('Two lines', { customer_name: 'First\nSecond' }), row('After two lines', { seats: 'ten' })]),
    );
    expect(await world.importRows(report.id)).toMatchObject([
      { line: 2, outcome: 'accepted' },
      { line: 4, outcome: 'rejected', code: 'not-a-whole-number', column: 'seats' },
    ]);
  });
});

describe('a file that is faulty as a whole', () => {
  const good = csvOf([row('Never kept')]);
  const faults: readonly (readonly [string, string, string | Uint8Array])[] = [
    ['empty', 'file-empty', ''],
    ['Windows-1252', 'encoding-broken', Buffer.from(csvOf([row('Never kept', { customer_name: 'Müller' })]), 'latin1')],
    ['UTF-16 without a mark', 'encoding-unsupported', Buffer.from(good, 'utf16le')],
    ['UTF-32', 'encoding-unsupported', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.alloc(40)])],
    ['an Excel workbook', 'not-a-csv', Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(100, 7)])],
    ['an unknown column', 'unknown-column', good.replace('wave', 'waves')],
    ['a missing column', 'missing-column', good.replace(/^(.*),wave$/m, '$1')],
    ['a column twice', 'duplicate-column', good.replace('wave', 'country')],
    ['a quote that is never closed', 'quote-not-closed', good.replace('Never kept', '"Never kept')],
    ['a row without end', 'row-too-long', good + 'x'.repeat(3_000_000)],
    [
      'a bad byte after 5,000 good rows',
      'encoding-broken',
      Buffer.concat([
        Buffer.from(csvOf(Array.from({ length: 5_000 }, (_, index) => row(`Never kept ${index}`)))),
        Buffer.from([0xff, 0x0a]),
      ]),
    ],
  ];
  test.each(faults)('%s is a problem at once, and nothing of it is kept', async (_name, code, file) => {
    const world = running();
    const before = await world.overview();
    for (const query of ['', '?dryRun=true']) {
      const answer = await world.sendFile(file, query);
      expect([answer.status, answer.body.code, answer.headers.get('content-type')]).toEqual([
        422,
        code,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
      expect(answer.body.detail.length).toBeGreaterThan(20);
    }
    expect((await world.overview()).conservation).toEqual(before.conservation);
  });

  test('names every unknown and missing column at once, with what was probably meant', async () => {
    const { body } = await running().sendFile(good.replace('customer_tenant_id', 'Customer Tenant-ID').replace('wave', 'wafe'));
    expect(JSON.stringify(body)).toMatch(/customer_tenant_id/);
    expect(JSON.stringify(body)).toMatch(/wave/);
  });

  test('what is no CSV by its content type is 415; an unknown parameter is 400', async () => {
    const world = running();
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/vnd.ms-excel']) {
      expect([type, (await world.ask('POST', '/v1/imports', { body: good, headers: { 'content-type': type } })).status]).toEqual([
        type,
        415,
      ]);
    }
    expect((await world.sendFile(good, '?dryrun=true')).status).toBe(400);
    expect((await world.sendFile(good, '?dryRun=perhaps')).status).toBe(400);
    expect((await world.ask('GET', `/v1/imports/${guidOf('no import')}`)).status).toBe(404);
    expect((await world.ask('GET', '/v1/imports/7')).status).toBe(400);
  });
});

describe('rows', () => {
  const cells: readonly (readonly [Column, string, string])[] = [
    ['customer_tenant_id', `{${guidOf('braces')}}`, 'not-a-guid'],
    ['customer_tenant_id', '', 'cell-empty'],
    ['customer_domain', 'https://contoso.com/', 'not-a-domain'],
    ['country', 'UK', 'unknown-country'],
    ['contact_email', 'nobody', 'not-an-email'],
    ['original_subscription_id', '1234', 'not-a-guid'],
    ['program', 'Direct', 'unknown-program'],
    ['seats', '0', 'seats-out-of-range'],
    ['seats', '1000001', 'seats-out-of-range'],
    ['seats', '-5', 'not-a-whole-number'],
    ['seats', '1e3', 'not-a-whole-number'],
    ['term_end', '2027-02-30', 'no-such-date'],
    ['term_end', '31.12.2026', 'no-such-date'],
    ['term_end', '2026-01-01', 'term-end-too-old'],
    ['auto_renew', '', 'cell-empty'],
    ['auto_renew', 'perhaps', 'not-yes-or-no'],
    ['target_catalog_item', 'E3', 'not-a-catalog-item'],
    ['target_seats', '2.5', 'not-a-whole-number'],
    ['offer_name', 'x'.repeat(300), 'text-too-long'],
  ];

  test('each faulty cell is rejected by name and place, and the good rows beside it are taken', async () => {
    const world = running();
    const rows = cells.flatMap(([column, cell], index) => [row(`Cell ${index}`, { [column]: cell }), row(`Beside ${index}`)]);
    const report = await world.importFile(csvOf(rows));
    expect(report).toMatchObject({ rows: cells.length * 2, accepted: cells.length, rejected: cells.length, duplicates: 0 });
    const rejected = await world.importRows(report.id, 'rejected');
    expect(rejected.map(({ column, code }) => [column, code])).toEqual(cells.map(([column, , code]) => [column, code]));
    expect(rejected.every(({ hint }) => (hint ?? '').length > 10)).toBe(true);
    expect(rejected.map(({ line }) => line)).toEqual(cells.map((_, index) => 2 + index * 2));
  });

  test('too few and too many cells, duplicates and contradictions are told apart', async () => {
    const world = running();
    const first = row('Doubled');
    const csv = csvOf([
      first,
      first,
      { ...first, seats: '99' },
      { ...first, original_subscription_id: guidOf('doubled two'), customer_name: 'Another Name' },
      { ...first, original_subscription_id: guidOf('doubled three').toUpperCase(), sku_id: SKUS.basic },
    ]);
    const report = await world.importFile(`${csv}only,three,cells\n${csvOf([row('Too many')]).split('\n')[1]},extra\n`);
    const rows = await world.importRows(report.id);
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'duplicate',
      'duplicate',
      'rejected',
      'accepted',
      'rejected',
      'rejected',
    ]);
    expect(rows[2]!.hint).toMatch(/seats/);
    expect(rows[3]!.hint).toMatch(/line 2|2/);
    expect((await world.migration(rows[0]!.migrationId!)).lineItems).toHaveLength(2);
    const again = await world.importFile(csv);
    expect(again).toMatchObject({ rows: 5, accepted: 0, rejected: 1, duplicates: 4 });
  });

  test('that may be served better elsewhere are taken with a warning', async () => {
    const world = running();
    const report = await world.importFile(csvOf([row('Other partner', { program: 'csp-other-partner' })]));
    const [taken] = await world.importRows(report.id);
    expect(taken).toMatchObject({ outcome: 'accepted', warnings: [expect.objectContaining({ column: 'program' })] });
  });

  test('of the report go out as CSV with formulas defused', async () => {
    const world = running();
    const report = await world.importFile(csvOf([row('Formula', { seats: '=1+1' }), row('Formula two', { program: '@SUM(A1)' })]));
    const { text, headers, status } = await world.ask('GET', `/v1/imports/${report.id}/rows`, { headers: { accept: 'text/csv' } });
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/csv/)]);
    expect(text.split(/\r?\n/).length).toBeGreaterThanOrEqual(3);
    for (const line of text.split(/\r?\n/)) for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=@]/);
  });
});

describe('a dry run', () => {
  test('gives the report of the real one and writes nothing', async () => {
    const world = running();
    const first = row('Dry');
    const csv = csvOf([
      first,
      first,
      row('Dry 2', { seats: 'x' }),
      row('Dry 3'),
      { ...row('Dry 3'), original_subscription_id: guidOf('dry 3 b'), country: 'DE' },
    ]);
    const before = await world.overview();
    const head = await logHead(world);
    const dry = await world.importFile(csv, '?dryRun=true');
    expect(await logHead(world)).toBe(head);
    expect((await world.overview()).conservation).toEqual(before.conservation);
    const real = await world.importFile(csv);
    const { rows, accepted, rejected, duplicates } = real;
    expect(dry).toMatchObject({ state: 'done', dryRun: true, rows, accepted, rejected, duplicates });
    const withoutIds = (found: readonly object[]) => found.map((each) => ({ ...each, migrationId: undefined, hint: undefined }));
    expect(withoutIds(await world.importRows(dry.id))).toEqual(withoutIds(await world.importRows(real.id)));
  });
});

describe('a large file', () => {
  test('of 100,000 rows with every kind of fault is accounted for row by row, in bounded memory', async () => {
    const world = running();
    const lines = 100_000;
    const faults = faultyCells();
    const text: string[] = [csvOf([]).trimEnd()];
    const good = csvOf([row('Large')])
      .trimEnd()
      .split('\n')
      .at(-1)!;
    const [tenant, line] = [guidOf('customer Large'), guidOf('original Large')];
    for (let index = 0; index < lines; index += 1) {
      // Of ten rows one is new, five have each a fault of their own, four repeat what was there.
      const number = Math.floor(index / 10);
      if (index % 10 > 5) text.push(text.at(-1)!);
      else if (index % 10 === 5)
        text.push(good.replace(tenant, guidOf(`large ${Math.floor(number / 3)}`)).replace(line, guidOf(`large line ${number}`)));
      else
        text.push(
          csvOf([row(`Faulty ${index}`, faults[(index + number) % faults.length])])
            .trimEnd()
            .split('\n')
            .at(-1)!,
        );
    }
    const before = await memoryOf(world);
    const begun = performance.now();
    const { body, status } = await world.sendFile(`${text.join('\n')}\n`);
    expect(status).toBe(202);
    let most = before;
    const report = await world.importEnd(body.importId, async () => {
      most = Math.max(most, await memoryOf(world));
    });
    const seconds = (performance.now() - begun) / 1000;
    process.stderr.write(`100,000 rows: ${seconds.toFixed(1)} s; memory ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most\n`);
    expect(report).toMatchObject({ state: 'done', rows: lines });
    expect(report.accepted + report.rejected + report.duplicates).toBe(lines);
    expect([report.accepted, report.rejected, report.duplicates]).toEqual([lines / 10, lines / 2, (lines * 4) / 10]);
    expect(most - before).toBeLessThan(600);
    expect((await world.overview()).conservation.difference).toBe(0);
  });

  function faultyCells(): readonly Partial<Row>[] {
    return [
      { customer_tenant_id: 'x' },
      { country: 'XX' },
      { seats: '1.000' },
      { term_end: '2027-13-01' },
      { auto_renew: '' },
      { program: '?' },
      { sku_id: '{}' },
      { contact_email: '@' },
      { customer_domain: 'a b' },
      { target_seats: '0' },
    ];
  }
});
