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
  /** Appends all events, so many a command, the commands of so many streams a commit. Events per second. */
  append(events: readonly AppendedEvent[], batch: { readonly eventsACommand: number; readonly commandsACommit: number }): Promise<number>;
  close(): void;
}

/**
 * What a bare log does for a command, with the same bytes and durability:
 * `inserts`: a prepared insert an event into a table without an index. It is no log yet: it stores whatever comes.
 * `checked`: reads the stream's last revision, and holds a revision of a stream to be there once: the least that makes
 * an append with an expected revision.
 * `unique-ids`: holds an event id to be there once, too.
 */
export type BareLogKind = 'inserts' | 'checked' | 'unique-ids';

const CONSTRAINTS: Record<BareLogKind, string> = {
  inserts: '',
  checked: ', UNIQUE (stream, revision)',
  'unique-ids': ', UNIQUE (stream, revision), UNIQUE (id)',
};

/** The peer of an append: one loop around one connection. */
export function openBareLog(path: string, kind: BareLogKind): BareLog {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(
    `CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, revision INTEGER, id TEXT, type TEXT, data TEXT, metadata TEXT${CONSTRAINTS[kind]})`,
  );
  const lastRevision = db.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
  const insert = db.prepare('INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)');
  const check = ({ streamId, revision }: AppendedEvent): void => {
    const last = lastRevision.get(streamId)!['revision'] as number | null;
    if ((last ?? -1) !== revision - 1) throw new Error(`${streamId} is at revision ${last ?? -1}, not ${revision - 1}`);
  };
  return {
    append: (events, { eventsACommand, commandsACommit }) =>
      perSecond(events.length, async () => {
        for (const commands of commits(events, eventsACommand, commandsACommit)) {
          db.exec('BEGIN IMMEDIATE');
          for (const command of commands) {
            if (kind !== 'inserts') check(command[0]!);
            for (const { streamId, revision, event } of command)
              insert.run(streamId, revision, event.eventId, event.type, JSON.stringify(event.data), JSON.stringify(event.metadata));
          }
          db.exec('COMMIT');
        }
      }),
    close: () => db.close(),
  };
}

/** So many streams side by side, one command of each in a commit: as that many callers would share it. */
function* commits(events: readonly AppendedEvent[], eventsACommand: number, commandsACommit: number) {
  const eventsTogether = EVENTS_A_STREAM * commandsACommit;
  for (let from = 0; from < events.length; from += eventsTogether) {
    for (let step = 0; step < EVENTS_A_STREAM; step += eventsACommand) {
      const commands: (readonly AppendedEvent[])[] = [];
      for (let at = from + step; at < Math.min(from + eventsTogether, events.length); at += EVENTS_A_STREAM)
        commands.push(events.slice(at, at + eventsACommand));
      yield commands;
    }
  }
}
