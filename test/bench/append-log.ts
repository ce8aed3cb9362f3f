import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteEventStore } from '#engines/sqlite';
import { derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend } from '#kernel';

/**
 * The embedded log's appends beside a bare SQLite loop in the same run: same bytes, same batch size, same durability.
 * The work is lifecycles of 8 one-event commands a stream, one after the other within a stream, so many streams at once.
 * Run it from the build: `node dist/test/bench/append-log.js [events]`.
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
      correlationId: derivedId(run, 'stream', String(Math.floor(index / EVENTS_A_STREAM))),
      causationId: derivedId(run, 'command', String(index)),
    },
  }));
}

function streamOf(event: EventToAppend): string {
  return `migration-${event.metadata.correlationId}`;
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

interface Contender {
  /** Appends all events, so many at a time, and says how many a second. */
  append(events: EventToAppend[], inFlight: number): Promise<number>;
  close(): Promise<void>;
}

function bare(path: string, indexed: boolean): Contender {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(
    'CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, revision INTEGER, id TEXT, type TEXT, data TEXT, metadata TEXT)',
  );
  if (indexed) db.exec('CREATE UNIQUE INDEX by_stream ON events (stream, revision); CREATE UNIQUE INDEX by_id ON events (id)');
  const insert = db.prepare('INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)');
  return {
    append: (events, inFlight) =>
      perSecond(() => {
        for (let at = 0; at < events.length; at += inFlight) {
          db.exec('BEGIN IMMEDIATE');
          for (let index = at; index < Math.min(at + inFlight, events.length); index++) {
            const event = events[index]!;
            const { data, metadata } = event;
            insert.run(streamOf(event), index % EVENTS_A_STREAM, event.eventId, event.type, JSON.stringify(data), JSON.stringify(metadata));
          }
          db.exec('COMMIT');
        }
      }),
    close: async () => db.close(),
  };
}

async function log(path: string): Promise<Contender> {
  const store = await SqliteEventStore.open(path);
  return {
    append: (events, inFlight) => {
      let next = 0;
      const caller = async (): Promise<void> => {
        for (let first = next; first < events.length; first = next) {
          next += EVENTS_A_STREAM;
          for (const [n, event] of events.slice(first, first + EVENTS_A_STREAM).entries()) {
            await store.append(streamOf(event), n === 0 ? 'no-stream' : { exactly: n - 1 }, [event]);
          }
        }
      };
      return perSecond(async () => {
        await Promise.all(Array.from({ length: inFlight }, caller));
      });
    },
    close: () => store.close(),
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const size = JSON.stringify(eventsFor('size')[0]).length;
console.log(
  `${size} bytes an event, ${EVENTS} events a round; medians of ${ROUNDS} rounds after one to warm up, and of the ratios within a round`,
);
const rows: Record<string, number | string>[] = [];
for (const inFlight of [1, 16, 64, 256]) {
  const rounds: { plain: number; indexed: number; ours: number }[] = [];
  await withFolder(async (folder) => {
    const [plain, ours, indexed] = [
      bare(join(folder, 'plain.db'), false),
      await log(join(folder, 'log.db')),
      bare(join(folder, 'indexed.db'), true),
    ];
    for (let round = 0; round <= ROUNDS; round++) {
      const events = eventsFor(`${inFlight}-${round}`);
      const rates = {
        plain: await plain.append(events, inFlight),
        ours: await ours.append(events, inFlight),
        indexed: await indexed.append(events, inFlight),
      };
      if (round > 0) rounds.push(rates);
    }
    for (const contender of [plain, ours, indexed]) await contender.close();
  });
  rows.push({
    'in flight': inFlight,
    'bare, no index': Math.round(median(rounds.map(({ plain }) => plain))),
    'bare, two indexes': Math.round(median(rounds.map(({ indexed }) => indexed))),
    log: Math.round(median(rounds.map(({ ours }) => ours))),
    'log / no index': median(rounds.map(({ ours, plain }) => ours / plain)).toFixed(2),
    'log / two indexes': median(rounds.map(({ ours, indexed }) => ours / indexed)).toFixed(2),
  });
}
console.table(rows);
