import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteEventStore } from '#engines/sqlite';
import { derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend } from '#kernel';

/**
 * The embedded log's appends beside a bare SQLite loop in the same run: same bytes, same batch size, same durability.
 * The lifecycle is that of a migration: 8 one-event commands a stream. Run it from the build:
 * `node dist/test/bench/append-log.js [events]`.
 */
const EVENTS = Number(process.argv[2] ?? 20_000);
const ROUNDS = 5;
const EVENTS_A_STREAM = 8;
const TIME = instantFromEpoch(1_780_000_000_000);

function eventsFor(run: string): EventToAppend[] {
  return Array.from({ length: EVENTS }, (_, index) => ({
    eventId: derivedId(run, 'event', String(index)),
    type: 'migration.subscription-provisioned.v1',
    data: { originalSubscriptionId: derivedId(run, 'line', String(index)), orderId: `order-${index}`, seats: 25 },
    metadata: {
      occurredAt: TIME,
      recordedAt: TIME,
      actor: 'automation',
      correlationId: derivedId(run, 'stream', String(index % streams())),
      causationId: derivedId(run, 'command', String(index)),
    },
  }));
}

function streams(): number {
  return Math.ceil(EVENTS / EVENTS_A_STREAM);
}

function streamOf(index: number): string {
  return `migration-${derivedId('stream', String(index % streams()))}`;
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'append-log-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function perSecond(work: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await work();
  return (EVENTS / (performance.now() - start)) * 1000;
}

function bare(events: EventToAppend[], inFlight: number, indexed: boolean): Promise<number> {
  return withFolder(async (folder) => {
    const db = new DatabaseSync(join(folder, 'bare.db'));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    db.exec(
      'CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, revision INTEGER, id TEXT, type TEXT, data TEXT, metadata TEXT)',
    );
    if (indexed) db.exec('CREATE UNIQUE INDEX by_stream ON events (stream, revision); CREATE UNIQUE INDEX by_id ON events (id)');
    const insert = db.prepare('INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)');
    const rate = await perSecond(() => {
      for (let at = 0; at < events.length; at += inFlight) {
        db.exec('BEGIN IMMEDIATE');
        for (let index = at; index < Math.min(at + inFlight, events.length); index++) {
          const event = events[index]!;
          const revision = Math.floor(index / streams());
          insert.run(streamOf(index), revision, event.eventId, event.type, JSON.stringify(event.data), JSON.stringify(event.metadata));
        }
        db.exec('COMMIT');
      }
    });
    db.close();
    return rate;
  });
}

function log(events: EventToAppend[], inFlight: number): Promise<number> {
  return withFolder(async (folder) => {
    const store = await SqliteEventStore.open(join(folder, 'log.db'));
    let next = 0;
    const caller = async (): Promise<void> => {
      for (let index = next++; index < events.length; index = next++) {
        await store.append(streamOf(index), 'any', [events[index]!]);
      }
    };
    const rate = await perSecond(async () => {
      await Promise.all(Array.from({ length: inFlight }, caller));
    });
    await store.close();
    return rate;
  });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

console.log(
  `${JSON.stringify(eventsFor('size')[0]).length} bytes an event, ${EVENTS} events, medians of ${ROUNDS} rounds, events per second`,
);
const rows: Record<string, number | string>[] = [];
for (const inFlight of [1, 16, 64, 256]) {
  const rates: [number, number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const events = eventsFor(`${inFlight}-${round}`);
    rates.push([await bare(events, inFlight, false), await bare(events, inFlight, true), await log(events, inFlight)]);
  }
  const [plain, indexed, ours] = [0, 1, 2].map((column) => Math.round(median(rates.map((row) => row[column]!)))) as [
    number,
    number,
    number,
  ];
  rows.push({
    'in flight': inFlight,
    'bare, no index': plain,
    'bare, two indexes': indexed,
    log: ours,
    'log / bare': (ours / plain).toFixed(2),
    'log / indexed': (ours / indexed).toFixed(2),
  });
}
console.table(rows);
