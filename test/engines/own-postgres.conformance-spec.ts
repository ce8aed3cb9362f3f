import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';

let folder: string;
let server: PostgresServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cutover-postgres-'));
  // Root runs it as somebody else, who has to get in.
  chmodSync(folder, 0o755);
  server = await startPostgresServer(join(folder, 'server'));
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: server.address });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a PostgreSQL of one’s own is killed, and comes back on the same address with what was committed', async () => {
  const { address } = server;
  await ask('create table kept (value int)');
  await ask('insert into kept values (1), (2)');
  await server.kill();
  await expect(ask('select 1')).rejects.toThrow();
  server = await startPostgresServer(server.folder);
  expect(server.address).toBe(address);
  expect(await ask('select value from kept order by value')).toEqual([{ value: 1 }, { value: 2 }]);
}, 60_000);
