import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Ended, newFolder, removeFolder, runToItsEnd, startProduct } from './product.ts';

jest.setTimeout(120_000);

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

/** What a failed start owes its operator: a code, one clear message that names the cause, and no stack. */
function expectClearFault({ code, signal, stderr, stdout }: Ended, ...names: readonly (string | RegExp)[]): void {
  expect([signal, stdout]).toEqual([null, '']);
  expect(code).toBeGreaterThan(0);
  for (const name of names) expect(stderr).toMatch(name);
  expect(stderr).toMatch(/^cutover cannot start/);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr).not.toMatch(/node:internal/);
}

async function takenPort(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

describe('wrong settings', () => {
  const wrong: Readonly<Record<string, string>> = {
    HOST: 'not a host!',
    PORT: '70000',
    SIMULATOR_PORT: '-1',
    EVENT_STORE_URL: 'http://user:SECRET-1@somewhere',
    KAFKA_BROKERS: 'broker',
    DATABASE_URL: 'mysql://user:SECRET-2@somewhere',
    PARTNER_TENANT_ID: '{5c5d1bc3-7c1f-4b02-9d6c-0e6b3f2a9d11}',
    PARTNER_CENTER_URL: 'ftp://x',
    GRAPH_URL: 'graph',
    LOGIN_URL: '//login',
    MAIL_URL: 'https://user:SECRET-3@mail',
    MAIL_FROM: 'nobody',
    CLOCK: 'driven:2026-02-30T00:00:00Z',
    LOG_LEVEL: 'loud',
  };

  test('are all told together, each with its name, its fault and an example, and no secret is shown', async () => {
    const ended = await runToItsEnd({ ...wrong, PARTNER_CENTER_CLIENT_SECRET: 'SECRET-4', DATA_DIR: folder });
    expectClearFault(ended, /\d+ settings are wrong/);
    for (const name of Object.keys(wrong)) expect(ended.stderr).toMatch(new RegExp(`^  ${name} .+For example: ${name}=\\S`, 'm'));
    expect(ended.stderr).not.toMatch(/SECRET-\d|TOP-SECRET/);
    expect(readdirSync(folder)).toEqual([]);
  });

  const between: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
    [
      'some of the credentials',
      { PARTNER_CENTER_CLIENT_ID: 'id', PARTNER_CENTER_REFRESH_TOKEN: 'TOP-SECRET' },
      ['PARTNER_CENTER_CLIENT_SECRET', 'PARTNER_TENANT_ID'],
    ],
    [
      'a driven clock with a real Partner Center',
      {
        PARTNER_CENTER_CLIENT_ID: 'id',
        PARTNER_CENTER_CLIENT_SECRET: 'TOP-SECRET',
        PARTNER_CENTER_REFRESH_TOKEN: 'TOP-SECRET',
        PARTNER_TENANT_ID: '5c5d1bc3-7c1f-4b02-9d6c-0e6b3f2a9d11',
        MAIL_URL: 'smtp://127.0.0.1:25',
      },
      ['CLOCK'],
    ],
    ['a driven clock with a mail server elsewhere', { MAIL_URL: 'smtp://mail.example:25' }, ['CLOCK']],
  ];
  test.each(between)('%s stop the start', async (_what, settings, names) => {
    const ended = await runToItsEnd({ ...settings, DATA_DIR: folder });
    expectClearFault(ended, ...names);
    expect(ended.stderr).not.toMatch(/SECRET-\d|TOP-SECRET/);
  });
});

describe('what the machine does not give', () => {
  test.each(['PORT', 'SIMULATOR_PORT'])('%s that is taken', async (name) => {
    const taken = await takenPort();
    const { port } = taken.address() as AddressInfo;
    try {
      expectClearFault(await runToItsEnd({ [name]: String(port), DATA_DIR: folder }), String(port), 'port-in-use', name);
    } finally {
      taken.close();
    }
    // Nothing is left behind that would hinder the next start.
    expect((await (await startProduct({ DATA_DIR: folder })).end()).code).toBe(0);
  });

  test('a host that is not this machine', async () => {
    expectClearFault(await runToItsEnd({ HOST: '192.0.2.1', DATA_DIR: folder }), '192.0.2.1');
  });

  test('a data folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    expectClearFault(await runToItsEnd({ DATA_DIR: file }), file, /DATA_DIR/);
  });

  test('a data folder in a place where nothing can be made', async () => {
    expectClearFault(await runToItsEnd({ DATA_DIR: '/proc/cutover' }), '/proc/cutover');
  });

  test('a data folder that may not be written', async () => {
    if (process.getuid?.() === 0) return;
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    expectClearFault(await runToItsEnd({ DATA_DIR: closed }), closed);
  });

  test('a data folder with a foreign database', async () => {
    writeFileSync(join(folder, 'events.db'), 'this is no database, whatever its name says. '.repeat(100));
    expectClearFault(await runToItsEnd({ DATA_DIR: folder }), 'events.db');
    expect(existsSync(join(folder, 'events.db'))).toBe(true);
  });

  test('a data folder that another instance uses; a killed one is no hindrance', async () => {
    const first = await startProduct({ DATA_DIR: folder });
    expectClearFault(await runToItsEnd({ DATA_DIR: folder }), folder, /in use|another|locked/);
    await first.end('SIGKILL');
    const next = await startProduct({ DATA_DIR: folder });
    expect((await next.end()).code).toBe(0);
  });
});
