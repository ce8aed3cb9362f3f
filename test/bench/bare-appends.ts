import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EventToAppend, derivedId, instantFromEpoch } from '#kernel';
import { withFolder } from './folder.ts';
import { perSecond } from './rounds.ts';

const TIME = instantFromEpoch(1_780_000_000_000);
const EVENTS_A_STREAM = 8;

export interface AppendedEvent {
  readonly streamId: string;
  readonly revision: number;
  readonly event: EventToAppend;
}

/** Events of 420 bytes: 8 a stream, the streams interleaved as they are where many migrations go on side by side. */
export function eventsToAppend(count: number, run: string): readonly AppendedEvent[] {
  const streams = Math.ceil(count / EVENTS_A_STREAM);
  return Array.from({ length: count }, (_, index) => ({
    streamId: `migration-${derivedId(run, 'stream', String(index % streams))}`,
    revision: Math.floor(index / streams),
    event: {
      eventId: derivedId(run, 'event', String(index)),
      type: 'migration.subscription-provisioned.v1',
      data: { originalSubscriptionId: derivedId(run, 'line', String(index)), orderId: `order-${index}`, seats: 25 },
      metadata: {
        occurredAt: TIME,
        recordedAt: TIME,
        actor: 'automation',
        correlationId: derivedId(run, 'stream', String(index % streams)),
        causationId: derivedId(run, 'command', String(index)),
      },
    },
  }));
}

export interface BareAppends {
  readonly events: number;
  /** Events a commit. */
  readonly inFlight: number;
  /** With the two indexes that any event log needs: an event of a stream once, an event id once. */
  readonly indexed: boolean;
  readonly run: string;
}

/** The peer: one prepared insert in a loop, the same bytes and durability, as many a commit as the log has in flight. Events per second. */
export function bareAppends({ events: count, inFlight, indexed, run }: BareAppends): Promise<number> {
  const events = eventsToAppend(count, run);
  return withFolder(async (folder) => {
    const db = new DatabaseSync(join(folder, 'bare.db'));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    db.exec(
      'CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, revision INTEGER, id TEXT, type TEXT, data TEXT, metadata TEXT)',
    );
    if (indexed) db.exec('CREATE UNIQUE INDEX by_stream ON events (stream, revision); CREATE UNIQUE INDEX by_id ON events (id)');
    const insert = db.prepare('INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)');
    const rate = await perSecond(count, async () => {
      for (let at = 0; at < count; at += inFlight) {
        db.exec('BEGIN IMMEDIATE');
        for (const { streamId, revision, event } of events.slice(at, at + inFlight)) {
          insert.run(streamId, revision, event.eventId, event.type, JSON.stringify(event.data), JSON.stringify(event.metadata));
        }
        db.exec('COMMIT');
      }
    });
    db.close();
    return rate;
  });
}
