import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder, SqliteEventStore } from '#engines/sqlite';
import { derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend } from '#kernel';
import { type Ran, type RunOptions, cutover } from '../a-terminal-for-spec.ts';

let root = '';
let from = '';
let to = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cutover-log-'));
  [from, to] = [join(root, 'from'), join(root, 'to')];
  await mkdir(from);
});
afterEach(() => rm(root, { recursive: true }));

function event(name: string): EventToAppend {
  const id = derivedId('cli-log', name);
  return {
    eventId: id,
    type: 'spec.happened.v1',
    data: { name },
    metadata: { occurredAt: instantFromEpoch(0), recordedAt: instantFromEpoch(0), actor: 'automation', correlationId: id, causationId: id },
  };
}

/** Appends one event for each `stream/name`, as a service would that ran in the folder before. */
async function lived(folder: string, ...names: readonly string[]): Promise<void> {
  const store = await SqliteEventStore.open(join(folder, 'events.db'));
  for (const name of names) await store.append(name.split('/')[0]!, 'any', [event(name)]);
  await store.close();
}

function copy(options: RunOptions = {}, ...more: readonly string[]): Promise<Ran> {
  return cutover(['log', 'copy', '--from', from, '--to', to, ...more], options);
}

describe('cutover log copy', () => {
  test('copies, verifies both sides, and says what begins anew', async () => {
    await lived(from, 'a/1', 'b/1', 'a/2');
    const { out, err, exitCode } = await copy();
    expect(out.split('\n')).toEqual([
      '3 events written',
      expect.stringMatching(/^source {2}3 events {2}sha256 [0-9a-f]{64}$/),
      expect.stringMatching(/^target {2}3 events {2}sha256 [0-9a-f]{64}$/),
      '✓ Both hold the same events in the same order.',
      '',
    ]);
    expect(err).toContain('Positions are the new log’s own');
    expect(exitCode).toBe(0);
    expect((await stat(join(to, 'events.db'))).mode & 0o077).toBe(0);
    const store = await SqliteEventStore.open(join(to, 'events.db'));
    expect((await store.readAll()).map(({ streamId, revision }) => `${streamId} ${revision}`)).toEqual(['a 0', 'b 0', 'a 1']);
    await store.close();
  });

  test('goes on with a copy that was begun before', async () => {
    await lived(from, 'a/1', 'b/1');
    await copy();
    await lived(from, 'a/2');
    expect((await copy()).out).toContain('1 event written, 2 stood there already');
    expect(JSON.parse((await copy({}, '--json')).out)).toMatchObject({
      found: 3,
      written: 0,
      same: true,
      source: { events: 3 },
      target: { events: 3 },
      firstDifference: null,
    });
  });

  test('--verify writes nothing, and tells where the two part', async () => {
    await lived(from, 'a/1', 'b/1');
    await mkdir(to);
    await lived(to, 'a/1', 'b/2');
    const { out, exitCode } = await copy({}, '--verify');
    expect(out).toContain(
      [
        '✗ The two are not the same: the first one that differs is event 2.',
        `  source: spec.happened.v1, b revision 0, id ${derivedId('cli-log', 'b/1')}`,
        `  target: spec.happened.v1, b revision 0, id ${derivedId('cli-log', 'b/2')}`,
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
  });

  test('leaves a log alone that holds something else, and says what to do', async () => {
    await lived(from, 'a/1');
    await mkdir(to);
    await lived(to, 'c/1');
    const { err, exitCode } = await copy();
    expect(err).toContain('Name an empty log as the target');
    expect(err).toContain('(target-log-differs)');
    expect(exitCode).toBe(1);
  });

  test('refuses while a service runs on either of the two', async () => {
    await lived(from, 'a/1');
    for (const held of [from, to]) {
      const folder = DataFolder.open(held);
      const { err, exitCode } = await copy();
      expect(err).toContain(`the data folder ${held} is in use by another running instance`);
      expect(err).toContain('(data-dir-in-use)');
      expect(exitCode).toBe(1);
      folder.close();
    }
    expect((await copy()).exitCode).toBe(0);
  });

  test('Ctrl-C leaves what is copied, and says how to go on', async () => {
    await lived(from, 'a/1');
    const controller = new AbortController();
    controller.abort();
    const { err, exitCode } = await copy({ signal: controller.signal });
    expect(err).toContain('the same command goes on from there');
    expect(exitCode).toBe(130);
  });

  test('creates nothing for a source that is not there, and takes no place for both', async () => {
    expect(await copy()).toMatchObject({ exitCode: 64, err: expect.stringContaining('holds no log') });
    expect(await readdir(root)).toEqual(['from']);
    expect(await readdir(from)).toEqual([]);
    expect(await cutover(['log', 'copy', '--from', from, '--to', `${from}/`])).toMatchObject({
      exitCode: 64,
      err: expect.stringContaining('name two places'),
    });
    expect((await cutover(['log', 'copy', '--from', from])).exitCode).toBe(64);
  });

  test('shows no password of an address that it cannot use', async () => {
    await lived(from, 'a/1');
    const { err, exitCode } = await cutover(['log', 'copy', '--from', from, '--to', 'https://admin:SECRET@eventstore:2113']);
    expect(err).toContain('--to is an address that begins with neither esdb:// nor esdb+discover://');
    expect(err).not.toContain('SECRET');
    expect(exitCode).toBe(64);
  });
});
