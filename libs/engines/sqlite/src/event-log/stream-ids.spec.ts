import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openForReading, openForWriting } from '../open-database.ts';
import { KnownStreams } from './known-streams.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';
import { StreamIds } from './stream-ids.ts';

describe('stream ids', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-ids-'));
    path = join(folder, 'log.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  function addStreams(db: DatabaseSync, streams: KnownStreams, from: number, to: number): void {
    db.exec('BEGIN IMMEDIATE');
    for (let n = from; n < to; n++) streams.add(`stream-${n}`);
    streams.sweep();
    db.exec('COMMIT');
  }

  test('a reader finds every stream at any time: newly added, half moved into the index, after a new start', () => {
    const db = openForWriting(path, EVENT_LOG_SCHEMA);
    let streams = new KnownStreams(db);
    const reading = openForReading(path, EVENT_LOG_SCHEMA);
    const ids = new StreamIds(reading);
    const step = 9_000;
    for (let known = 0; known < step * 4; known += step) {
      addStreams(db, streams, known, known + step);
      const later = new StreamIds(reading);
      for (const n of [0, 1, known, known + 1, known + step - 1]) {
        expect(ids.find(`stream-${n}`)).toBe(n + 1);
        expect(later.find(`stream-${n}`)).toBe(n + 1);
      }
      expect(ids.find(`stream-${known + step}`)).toBeUndefined();
      streams = new KnownStreams(db);
      expect(streams.find(`stream-${known}`)).toEqual({ id: known + 1, revision: -1 });
      expect(streams.find(`stream-${known + step}`)).toBeUndefined();
    }
    reading.close();
    db.close();
  });

  test('a file whose streams were indexed by name goes on with the same numbers', () => {
    const older = openForWriting(path, { ...EVENT_LOG_SCHEMA, steps: EVENT_LOG_SCHEMA.steps.slice(0, 1) });
    older.exec("INSERT INTO streams (id, name) VALUES (7, 'a'), (9, 'b')");
    older.exec("INSERT INTO events VALUES (1, 9, 0, x'00112233445566778899aabbccddeeff', 1, '')");
    older.close();
    expect(() => openForReading(path, EVENT_LOG_SCHEMA)).toThrow(expect.objectContaining({ code: 'schema-older-than-program' }));
    const db = openForWriting(path, EVENT_LOG_SCHEMA);
    const streams = new KnownStreams(db);
    expect(streams.find('a')).toEqual({ id: 7, revision: -1 });
    expect(streams.find('b')).toEqual({ id: 9, revision: 0 });
    db.exec('BEGIN IMMEDIATE');
    expect(streams.add('c').id).toBe(10);
    db.exec('COMMIT');
    const reading = openForReading(path, EVENT_LOG_SCHEMA);
    const ids = new StreamIds(reading);
    expect(['a', 'b', 'c', 'd'].map((name) => ids.find(name))).toEqual([7, 9, 10, undefined]);
    reading.close();
    db.close();
  });
});
