import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { MemoryEventStore } from '#engines/memory';
import { CommittedPositions, type ReadAllOptions } from '#event-sourcing';
import { BEFORE_ALL, type EventMetadata, type Instant, type Position, derivedId } from '#kernel';
import { type MigrationEvent, NO_MIGRATION, migrationDecider, migrationStreamOf } from '#migration';
import type { Service } from '../../service/service.ts';
import { LiveStream } from './live-stream.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const NOW = '2026-12-01T08:00:00.000Z' as Instant;
const METADATA: EventMetadata = { occurredAt: NOW, recordedAt: NOW, actor: 'spec', correlationId: 'spec', causationId: 'spec' };
const REGISTERED = migrationDecider.evolve(
  NO_MIGRATION,
  JSON.parse(readFileSync('libs/migration/golden/migration.registered.v1.json', 'utf8')) as MigrationEvent,
);

/** Keeps what it is sent. */
class Connection extends EventEmitter {
  told: { id: string; event: string }[] = [];
  destroyed = false;

  write(text: string): boolean {
    for (const [, id, event] of text.matchAll(/id: (-?\d+)\nevent: (\w+)/g)) this.told.push({ id: id!, event: event! });
    return true;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  get migrations(): string[] {
    return this.told.filter(({ event }) => event === 'migration').map(({ id }) => id);
  }
}

/** A log with one event of each of some migrations, and read models that have them all. */
async function streamOver(migrations: number, whileReading: (page: number) => Promise<void> = () => Promise.resolve()) {
  const store = new MemoryEventStore();
  const positions = new CommittedPositions(() => Promise.resolve());
  const change = async (index: number): Promise<void> => {
    const streamId = migrationStreamOf(String(index));
    const eventId = derivedId(streamId, '0');
    const { position } = await store.append(streamId, 'any', [{ eventId, type: 'changed', data: {}, metadata: METADATA }]);
    positions.advance(position, new Set([streamId]));
  };
  for (let index = 0; index < migrations; index += 1) await change(index);
  let pages = 0;
  const log = {
    head: () => store.head(),
    readAll: async (options: ReadAllOptions) => {
      await whileReading((pages += 1));
      return store.readAll(options);
    },
  };
  const byIds = (ids: readonly string[]) => Promise.resolve(ids.map((id) => ({ state: { ...REGISTERED, id }, recorded: {} })));
  const queries = { positions, migrations: { byIds }, overview: () => Promise.resolve({}) };
  const service = { store: log, queries, clock: { now: () => NOW } } as unknown as Service;
  return { live: new LiveStream(service, { log: { warn: () => undefined } } as never), positions, change };
}

async function comeBack(live: LiveStream, after: Position): Promise<Connection> {
  const connection = new Connection();
  await live.add(connection as unknown as ServerResponse, after);
  return connection;
}

test.each([12_000, 30_000])(
  'a reader from before %d changed migrations is told once to read anew, and goes on from there',
  async (count) => {
    const { live, positions } = await streamOver(count);
    const connection = await comeBack(live, BEFORE_ALL);
    const here = String(positions.current);
    expect(connection.destroyed).toBe(false);
    expect(connection.told).toEqual([
      { id: here, event: 'reset' },
      { id: here, event: 'overview' },
    ]);
    connection.destroy();
    expect((await comeBack(live, positions.current)).told).toEqual([{ id: here, event: 'overview' }]);
  },
);

test('a reader that listens while more changes than can be told is told to read anew, and its id moves on', async () => {
  const { live, positions, change } = await streamOver(1);
  const connection = await comeBack(live, positions.current);
  for (let index = 1; index <= 12_000; index += 1) await change(index);
  await jest.advanceTimersByTimeAsync(100);
  await change(12_001);
  await jest.advanceTimersByTimeAsync(100);
  expect(connection.destroyed).toBe(false);
  expect(connection.told).toEqual([
    { id: '0', event: 'overview' },
    { id: '12000', event: 'reset' },
    { id: '12001', event: 'migration' },
  ]);
});

test('what is committed while a reader catches up does not take its id past what it has not been told', async () => {
  const { live, positions, change } = await streamOver(1_500, async (page) => {
    if (page !== 2) return;
    await change(1_500);
    await jest.advanceTimersByTimeAsync(1_000);
    await change(1_501);
    await jest.advanceTimersByTimeAsync(1_000);
  });
  const connection = await comeBack(live, BEFORE_ALL);
  expect(new Set(connection.told.map(({ id }) => id))).toEqual(new Set([String(BEFORE_ALL)]));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(connection.migrations).toHaveLength(1_502);
  expect(new Set(connection.migrations.slice(0, -1))).toEqual(new Set([String(BEFORE_ALL)]));
  expect(connection.migrations.at(-1)).toBe(String(positions.current));
});
