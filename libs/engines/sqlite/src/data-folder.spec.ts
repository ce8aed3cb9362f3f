import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from './data-folder.ts';

describe('data folder', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'data-folder-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  test('is created, and is free again once closed', () => {
    const folder = DataFolder.open(join(root, 'a', 'b'));
    expect(folder.file('log.db')).toBe(join(root, 'a', 'b', 'log.db'));
    folder.close();
    folder.close();
    DataFolder.open(join(root, 'a', 'b')).close();
  });

  test('is held by one at a time', () => {
    const folder = DataFolder.open(root);
    expect(() => DataFolder.open(root)).toThrow(
      expect.objectContaining({ code: 'data-dir-in-use', message: expect.stringContaining(root) }),
    );
    folder.close();
  });

  test('says so when it cannot be created or written', async () => {
    await writeFile(join(root, 'file'), '');
    expect(() => DataFolder.open(join(root, 'file', 'data'))).toThrow(expect.objectContaining({ code: 'data-dir-not-writable' }));
    await writeFile(join(root, 'lock.db'), 'not a database at all, only a text'.repeat(100));
    expect(() => DataFolder.open(root)).toThrow(
      expect.objectContaining({ code: 'data-dir-not-writable', message: expect.stringContaining('DATA_DIR') }),
    );
  });

  test('another process holds it, and a killed one does not', async () => {
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { DataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)};
       DataFolder.open(${JSON.stringify(root)}); console.log('held'); process.stdin.resume();`,
    ]);
    await once(holder.stdout, 'data');
    expect(() => DataFolder.open(root)).toThrow(expect.objectContaining({ code: 'data-dir-in-use' }));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    DataFolder.open(root).close();
  });
});
