import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeService, type Routes, problem, startFakeService } from '../a-service-for-spec.ts';
import { type Ran, type RunOptions, cutover } from '../a-terminal-for-spec.ts';

let service: FakeService | undefined;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutover-cli-'));
});
afterEach(async () => {
  await service?.stop();
  await rm(folder, { recursive: true });
});

const CSV = 'customer_tenant_id,customer_name\r\na,Möbel\r\n';

/** An import that needs two looks until it is done. */
function importing(report: object, rows: readonly { readonly outcome: string }[] = []): Routes {
  let looks = 0;
  return {
    'POST /v1/imports': () => ({ status: 202, body: { importId: 'i1' } }),
    'GET /v1/imports/i1': () => ({
      body: (looks += 1) < 2 ? { state: 'running', rows: 4, accepted: 1, rejected: 0, duplicates: 0 } : report,
    }),
    'GET /v1/imports/i1/rows': ({ path, headers }) =>
      headers.accept === 'text/csv'
        ? { headers: { 'content-type': 'text/csv' }, body: 'line,outcome\r\n2,accepted\r\n' }
        : { body: { items: rows.filter(({ outcome }) => path.includes(`outcome=${outcome}`)), nextCursor: null } },
  };
}

async function run(args: readonly string[], routes: Routes, options: Omit<RunOptions, 'url'> = {}): Promise<Ran> {
  service = await startFakeService(routes);
  const file = join(folder, 'customers.csv');
  await writeFile(file, CSV);
  return cutover(
    args.map((arg) => arg.replace('FOLDER', folder)),
    { url: service.url, ...options },
  );
}

const ROWS = [
  {
    line: 4,
    outcome: 'duplicate',
    code: 'already-registered',
    column: null,
    hint: 'line 2 has the same original: remove this one',
    warnings: [],
    migrationId: null,
  },
  {
    line: 3,
    outcome: 'rejected',
    code: 'no-such-date',
    column: 'term_end',
    hint: '2027-02-30 is a date that does not exist: write the last day of the term as YYYY-MM-DD',
    warnings: [],
  },
];
const PARTLY = { state: 'done', rows: 4, accepted: 2, rejected: 1, duplicates: 1 };

describe('cutover import', () => {
  test('sends the file as it is, and is content when every row was accepted', async () => {
    const { out, err, exitCode } = await run(
      ['import', 'FOLDER/customers.csv'],
      importing({ state: 'done', rows: 4, accepted: 4, rejected: 0, duplicates: 0 }),
    );
    expect(service!.asked[0]).toMatchObject({ path: '/v1/imports', body: CSV, headers: { 'content-type': 'text/csv' } });
    expect(out).toBe('4 rows\n  4  accepted\n  0  rejected\n  0  duplicates\n');
    expect(err).toBe('');
    expect(exitCode).toBe(0);
  });

  test('names each row that was not accepted, and what to mend', async () => {
    const { out, exitCode } = await run(['import', 'FOLDER/customers.csv', '--dry-run'], importing(PARTLY, ROWS));
    expect(service!.asked[0]!.path).toBe('/v1/imports?dryRun=true');
    expect(`\n${out}`).toBe(`
4 rows checked, nothing written
  2  would be accepted
  1  rejected
  1  duplicates

LINE  OUTCOME    CODE                COLUMN    HINT
   3  rejected   no-such-date        term_end  2027-02-30 is a date that does not exist: write the last day of the term as YYYY-MM-DD
   4  duplicate  already-registered            line 2 has the same original: remove this one
`);
    expect(exitCode).toBe(2);
  });

  test('puts the hints below their rows where 80 columns are too few', async () => {
    expect(`\n${(await run(['import', 'FOLDER/customers.csv'], importing(PARTLY, ROWS), { columns: 80 })).out}`).toBe(`
4 rows
  2  accepted
  1  rejected
  1  duplicates

LINE  OUTCOME    CODE                COLUMN
   3  rejected   no-such-date        term_end
        2027-02-30 is a date that does not exist: write the last day of the term
        as YYYY-MM-DD
   4  duplicate  already-registered
        line 2 has the same original: remove this one
`);
  });

  test('keeps the outcome of every row in a file', async () => {
    const { err } = await run(['import', 'FOLDER/customers.csv', '--report', 'FOLDER/out.csv'], importing(PARTLY, ROWS));
    expect(await readFile(join(folder, 'out.csv'), 'utf8')).toBe('line,outcome\r\n2,accepted\r\n');
    expect((await readdir(folder)).sort()).toEqual(['customers.csv', 'out.csv']);
    expect(err).toBe(`The outcome of every row is in ${folder}/out.csv\n`);
  });

  test('says so when the report cannot be written', async () => {
    expect(await run(['import', 'FOLDER/customers.csv', '--report', 'FOLDER/nowhere/out.csv'], importing(PARTLY, ROWS))).toMatchObject({
      exitCode: 64,
      err: expect.stringContaining('cannot be written'),
    });
  });

  test('a fault of the whole file is told with its hint', async () => {
    const { err, exitCode } = await run(['import', 'FOLDER/customers.csv'], {
      'POST /v1/imports': () =>
        problem(422, 'column-missing', 'The column seats is missing.', {
          errors: [{ pointer: '/seats', code: 'column-missing', hint: 'Add a column named seats.' }],
        }),
    });
    expect(err).toBe(
      [
        '✗ Column missing (422 column-missing)',
        '  The column seats is missing.',
        '  /seats column-missing',
        '    Add a column named seats.',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
  });

  test('an import that failed is a failure', async () => {
    const { err, exitCode } = await run(
      ['import', 'FOLDER/customers.csv'],
      importing({ state: 'failed', rows: 4, accepted: 1, rejected: 0, duplicates: 0, detail: 'the disk is full' }),
    );
    expect(err).toBe('✗ The import failed: the disk is full\n');
    expect(exitCode).toBe(1);
  });

  test('reads standard input, and follows an import that was handed over before', async () => {
    expect((await run(['import', '-'], importing(PARTLY), { stdin: CSV })).exitCode).toBe(2);
    expect(service!.asked[0]!.body).toBe(CSV);
    await service!.stop();
    expect((await run(['import', '--follow', 'i1', '--json'], importing(PARTLY, ROWS))).out).toContain('"importId": "i1"');
    expect(service!.asked[0]!.path).toBe('/v1/imports/i1');
  });

  test('a file that is not there asks the service nothing', async () => {
    expect(await run(['import', 'FOLDER/none.csv'], {})).toMatchObject({
      exitCode: 64,
      err: `✗ "${folder}/none.csv" cannot be read: there is no such file\n`,
    });
    await service!.stop();
    expect(await run(['import', 'FOLDER'], {})).toMatchObject({ exitCode: 64, err: `✗ "${folder}" cannot be read: it is a folder\n` });
    expect(service!.asked).toEqual([]);
  });

  test('Ctrl-C says that the service goes on', async () => {
    const controller = new AbortController();
    const { err, exitCode } = await run(
      ['import', 'FOLDER/customers.csv'],
      {
        ...importing(PARTLY),
        'GET /v1/imports/i1': () => {
          controller.abort();
          return { body: { state: 'running', rows: 4, accepted: 1, rejected: 0, duplicates: 0 } };
        },
      },
      { signal: controller.signal },
    );
    expect(err).toBe('The service goes on with it. Look again with: cutover import --follow i1\n');
    expect(exitCode).toBe(130);
  });
});
