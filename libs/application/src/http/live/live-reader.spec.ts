import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import type { Position } from '#kernel';
import { LiveReader } from './live-reader.ts';

/** A connection whose other end takes nothing until told. */
class SlowConnection extends EventEmitter {
  written: string[] = [];
  destroyed = false;
  full = false;

  write(text: string): boolean {
    this.written.push(text);
    return !this.full;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

function reader() {
  const connection = new SlowConnection();
  let ready = 0;
  return {
    connection,
    reader: new LiveReader(connection as unknown as ServerResponse, 0n as Position, () => {
      ready += 1;
    }),
    timesReady: () => ready,
  };
}

test('what changes again while it is slow is told once, as it is then', () => {
  const { connection, reader: slow, timesReady } = reader();
  connection.full = true;
  slow.changed(['a']);
  slow.sendMigrations(slow.take(10), 1n as Position);
  for (let round = 0; round < 1_000; round += 1) slow.changed(['b', 'c']);
  expect(slow.wants).toBe(false);
  connection.full = false;
  connection.emit('drain');
  expect([timesReady(), slow.wants, slow.take(10)]).toEqual([1, true, ['b', 'c']]);
});

const many = (count: number) => Array.from({ length: count }, (_, index) => String(index));

test('one that falls too far behind is told to read anew, and goes on from there', () => {
  const { connection, reader: behind } = reader();
  behind.changed(many(10_001));
  behind.changed(['a']);
  expect([connection.destroyed, behind.wants, behind.resetDue, behind.take(10)]).toEqual([false, true, true, []]);
  behind.sendReset(7n as Position);
  behind.changed(['b']);
  behind.sendMigrations(behind.take(10).map(String), 8n as Position);
  expect(connection.written).toEqual(['id: 7\nevent: reset\ndata: {}\n\n', 'id: 8\nevent: migration\ndata: b\n\n']);
});

test('one that falls too far behind while it takes nothing hears of it when it takes something', () => {
  const { connection, reader: slow } = reader();
  connection.full = true;
  slow.changed(['a']);
  slow.sendMigrations(slow.take(1), 1n as Position);
  slow.changed(many(10_001));
  expect([connection.destroyed, slow.wants]).toEqual([false, false]);
  connection.full = false;
  connection.emit('drain');
  expect([slow.wants, slow.resetDue]).toEqual([true, true]);
});

test('while it catches up, nothing counts as delivered', () => {
  const { connection, reader: returning } = reader();
  returning.beginCatchUp();
  returning.changed(['a']);
  expect(returning.wants).toBe(false);
  returning.sendOverview('{}');
  returning.changed(['b']);
  returning.endCatchUp(9n as Position);
  returning.sendMigrations(returning.take(1), 9n as Position);
  returning.sendMigrations(returning.take(1), 9n as Position);
  expect(connection.written.join('').match(/id: \d+/g)).toEqual(['id: 0', 'id: 0', 'id: 9']);
});

test.each([
  ['nothing changed', [], 'id: 9\nevent: overview\ndata: {}\n\n'],
  ['too much changed', many(10_001), 'id: 9\nevent: reset\ndata: {}\n\nid: 9\nevent: overview\ndata: {}\n\n'],
])('one that has caught up stands where the read models are, where %s', (_what, changed, written) => {
  const { connection, reader: returning } = reader();
  returning.beginCatchUp();
  returning.changed(changed);
  returning.endCatchUp(9n as Position);
  returning.sendOverview('{}');
  expect(connection.written.join('')).toBe(written);
});

test('one that takes nothing between two beats is let go', () => {
  const { connection, reader: slow } = reader();
  connection.full = true;
  slow.beat();
  expect(connection.destroyed).toBe(false);
  slow.beat();
  expect(connection.destroyed).toBe(true);
});

test('ids say only what is delivered', () => {
  const { connection, reader: quick } = reader();
  quick.changed(['a', 'b', 'c']);
  quick.sendMigrations(quick.take(2), 9n as Position);
  quick.sendMigrations(quick.take(2), 9n as Position);
  expect(connection.written.join('').match(/id: \d+/g)).toEqual(['id: 0', 'id: 0', 'id: 9']);
});
