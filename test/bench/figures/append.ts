import { join } from 'node:path';
import { SqliteEventStore } from '#engines/sqlite';
import { type AppendedEvent, type BareLogKind, EVENTS_A_STREAM, eventsToAppend, openBareLog } from '../bare-appends.ts';
import type { Figure, Measurement } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { alternated, inFlight, perSecond } from '../rounds.ts';

interface Work {
  readonly name: string;
  readonly callers: number;
  /** Events in one append: 1, or a whole lifecycle. */
  readonly together: number;
  readonly events: number;
}

/** Lifecycles side by side, the appends of each one after another with the exact revision; each caller waits until its append is durable. */
function appendAll(store: SqliteEventStore, events: readonly AppendedEvent[], { callers, together }: Work): Promise<number> {
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

function measured(work: Work, rounds: number): Promise<readonly Measurement[]> {
  return withFolder(async (folder) => {
    const store = await SqliteEventStore.open(join(folder, 'log.db'));
    const bare = (kind: BareLogKind) => openBareLog(join(folder, `${kind}.db`), kind);
    const [inserts, checked, uniqueIds] = [bare('inserts'), bare('checked'), bare('unique-ids')];
    const eventsOf = (round: number) => eventsToAppend(work.events, `${work.name} ${round}`);
    const batch = { eventsACommand: work.together, commandsACommit: work.callers };
    const { median, ratio } = await alternated(rounds, {
      ours: (round) => appendAll(store, eventsOf(round), work),
      inserts: (round) => inserts.append(eventsOf(round), batch),
      checked: (round) => checked.append(eventsOf(round), batch),
      uniqueIds: (round) => uniqueIds.append(eventsOf(round), batch),
    });
    await store.close();
    for (const log of [inserts, checked, uniqueIds]) log.close();
    const beside = (name: string, peer: 'inserts' | 'checked' | 'uniqueIds') => ({
      unit: '/s' as const,
      value: median.ours,
      peer: { name, value: median[peer], ratio: ratio('ours', peer) },
    });
    return [
      {
        name: work.name,
        ...beside('bare loop that checks the revision', 'checked'),
        limit: { of: 'ratio', kind: 'at-least', value: 0.7 },
        note: 'what the bare loop is: docs/adr/0022',
      },
      { name: '', ...beside('… and that an id comes once', 'uniqueIds') },
      { name: '', ...beside('… bare inserts, nothing checked', 'inserts') },
    ];
  });
}

export const append: Figure = {
  name: 'append',
  title: 'Appends to the embedded log, each durable (synchronous=FULL) before it is answered; events of 420 bytes',
  async measure({ quick }) {
    const rounds = quick ? 1 : 5;
    const events = (full: number) => (quick ? 2_000 : full);
    const works: readonly Work[] = [
      { name: 'commands, 1 in flight', callers: 1, together: 1, events: events(8_000) },
      { name: 'commands, 16 in flight', callers: 16, together: 1, events: events(20_000) },
      { name: 'commands, 64 in flight', callers: 64, together: 1, events: events(20_000) },
      { name: 'events, 8 in one command, 8 in flight', callers: 8, together: EVENTS_A_STREAM, events: events(40_000) },
    ];
    const measurements: Measurement[] = [];
    for (const work of works) measurements.push(...(await measured(work, rounds)));
    return measurements;
  },
};
