import { join } from 'node:path';
import { SqliteEventStore } from '#engines/sqlite';
import { type AppendedEvent, type BareLogKind, EVENTS_A_STREAM, eventsToAppend, openBareLog } from './bare-appends.ts';
import { withFolder } from './folder.ts';
import { alternated, inFlight, perSecond } from './rounds.ts';

export interface AppendWork {
  readonly name: string;
  readonly callers: number;
  /** Events in one append: 1, or a whole lifecycle. */
  readonly together: number;
  readonly events: number;
  readonly rounds: number;
}

/** Events a second, and ours in proportion to each of the bare loops. */
export interface AppendStandings {
  readonly ours: number;
  readonly peers: Readonly<Record<BareLogKind, { readonly value: number; readonly ratio: number }>>;
}

/** Lifecycles side by side, the appends of each one after another with the exact revision; each caller waits until its append is durable. */
function appendAll(store: SqliteEventStore, events: readonly AppendedEvent[], { callers, together }: AppendWork): Promise<number> {
  return perSecond(events.length, () =>
    inFlight(callers, events.length / EVENTS_A_STREAM, async (stream) => {
      for (let done = 0; done < EVENTS_A_STREAM; done += together) {
        const first = stream * EVENTS_A_STREAM + done;
        const some = events.slice(first, first + together).map(({ event }) => event);
        await store.append(events[first]!.streamId, done === 0 ? 'no-stream' : { exactly: done - 1 }, some);
      }
    }),
  );
}

/** The embedded log beside bare loops that do the same work, in turns. */
export function raceAppends(work: AppendWork): Promise<AppendStandings> {
  return withFolder(async (folder) => {
    const store = await SqliteEventStore.open(join(folder, 'log.db'));
    const bare = (kind: BareLogKind) => openBareLog(join(folder, `${kind}.db`), kind);
    const logs = { inserts: bare('inserts'), checked: bare('checked'), 'unique-ids': bare('unique-ids') };
    const eventsOf = (round: number) => eventsToAppend(work.events, `${work.name} ${round}`);
    const batch = { eventsACommand: work.together, commandsACommit: work.callers };
    const { median, ratio } = await alternated(work.rounds, {
      ours: (round) => appendAll(store, eventsOf(round), work),
      inserts: (round) => logs.inserts.append(eventsOf(round), batch),
      checked: (round) => logs.checked.append(eventsOf(round), batch),
      'unique-ids': (round) => logs['unique-ids'].append(eventsOf(round), batch),
    });
    await store.close();
    for (const log of Object.values(logs)) log.close();
    const peer = (kind: BareLogKind) => ({ value: median[kind], ratio: ratio('ours', kind) });
    return { ours: median.ours, peers: { inserts: peer('inserts'), checked: peer('checked'), 'unique-ids': peer('unique-ids') } };
  });
}
