import { DatabaseSync } from 'node:sqlite';
import { type EventToAppend, derivedId, instantFromEpoch } from '#kernel';
import { perSecond } from './rounds.ts';

const TIME = instantFromEpoch(1_780_000_000_000);
export const EVENTS_A_STREAM = 8;

export interface AppendedEvent {
  readonly streamId: string;
  readonly revision: number;
  readonly event: EventToAppend;
}

/** Events of 420 bytes: lifecycles of 8, one stream after the other. */
export function eventsToAppend(count: number, run: string): readonly AppendedEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const subject = derivedId(run, 'stream', String(Math.floor(index / EVENTS_A_STREAM)));
    return {
      streamId: `migration-${subject}`,
      revision: index % EVENTS_A_STREAM,
      event: {
        eventId: derivedId(run, 'event', String(index)),
        type: 'migration.subscription-provisioned.v1',
        data: { originalSubscriptionId: derivedId(run, 'line', String(index)), orderId: `order-${index}`, seats: 25 },
        metadata: {
          occurredAt: TIME,
          recordedAt: TIME,
          actor: 'automation',
          correlationId: subject,
          causationId: derivedId(run, 'command', String(index)),
        },
      },
    };
  });
}

export interface BareLog {
  /** Appends all events, so many a commit. Events per second. */
  append(events: readonly AppendedEvent[], eventsACommit: number): Promise<number>;
  close(): void;
}

/**
 * The peer: one prepared insert in a loop, with the same bytes and durability. `indexed`: with what any event log has to
 * hold true, an event of a stream once, and an event id once.
 */
export function openBareLog(path: string, indexed: boolean): BareLog {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(
    'CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, revision INTEGER, id TEXT, type TEXT, data TEXT, metadata TEXT)',
  );
  if (indexed) db.exec('CREATE UNIQUE INDEX by_stream ON events (stream, revision); CREATE UNIQUE INDEX by_id ON events (id)');
  const insert = db.prepare('INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)');
  return {
    append: (events, eventsACommit) =>
      perSecond(events.length, async () => {
        for (let at = 0; at < events.length; at += eventsACommit) {
          db.exec('BEGIN IMMEDIATE');
          for (const { streamId, revision, event } of events.slice(at, at + eventsACommit)) {
            insert.run(streamId, revision, event.eventId, event.type, JSON.stringify(event.data), JSON.stringify(event.metadata));
          }
          db.exec('COMMIT');
        }
      }),
    close: () => db.close(),
  };
}
