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

test('one that falls too far behind is let go', () => {
  const { connection, reader: slow } = reader();
  slow.changed(Array.from({ length: 10_001 }, (_, index) => String(index)));
  expect(connection.destroyed).toBe(true);
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
