import { join } from 'node:path';
import { SqliteEventStore } from '#engines/sqlite';
import { bareAppends, eventsToAppend } from '../bare-appends.ts';
import type { Figure, Measurement } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { alternated, inFlight, perSecond } from '../rounds.ts';

const EVENTS_IN_ONE = 8;

/** The embedded log with so many callers at once, each of which waits for its append to be durable. Events per second. */
function appends(count: number, callers: number, eventsInOne: number, run: string): Promise<number> {
  const events = eventsToAppend(count, run);
  return withFolder(async (folder) => {
    const store = await SqliteEventStore.open(join(folder, 'log.db'));
    const rate = await perSecond(count, () =>
      inFlight(callers, count / eventsInOne, (index) => {
        const first = index * eventsInOne;
        const together = events.slice(first, first + eventsInOne);
        return store.append(
          together[0]!.streamId,
          'any',
          together.map(({ event }) => event),
        );
      }),
    );
    await store.close();
    return rate;
  });
}

export const append: Figure = {
  name: 'append',
  title: 'Appends to the embedded log, each durable (synchronous=FULL) before it is answered',
  async measure({ quick }) {
    const measurements: Measurement[] = [];
    for (const callers of [1, 16, 64]) {
      const events = quick ? 2_000 : callers === 1 ? 8_000 : 20_000;
      const { ours, bare, indexed } = await alternated(quick ? 1 : 5, {
        ours: (round) => appends(events, callers, 1, `append ${callers} ${round}`),
        bare: (round) => bareAppends({ events, inFlight: callers, indexed: false, run: `append ${callers} ${round}` }),
        indexed: (round) => bareAppends({ events, inFlight: callers, indexed: true, run: `append ${callers} ${round}` }),
      });
      const name = `commands, ${callers} in flight`;
      measurements.push(
        {
          name,
          unit: '/s',
          value: ours,
          peer: { name: 'bare SQLite loop', value: bare },
          limit: { of: 'ratio', kind: 'at-least', value: 0.7 },
        },
        { name, unit: '/s', value: ours, peer: { name: 'bare loop with the indexes of a log', value: indexed } },
      );
    }
    const events = quick ? 8_000 : 80_000;
    const { ours, bare } = await alternated(quick ? 1 : 5, {
      ours: (round) => appends(events, 8, EVENTS_IN_ONE, `eight ${round}`),
      bare: (round) => bareAppends({ events, inFlight: 8 * EVENTS_IN_ONE, indexed: false, run: `eight ${round}` }),
    });
    const peer = { name: 'bare SQLite loop, as many events a commit', value: bare };
    measurements.push({
      name: 'events, 8 in a command, 8 in flight',
      unit: '/s',
      value: ours,
      peer,
      limit: { of: 'ratio', kind: 'at-least', value: 0.7 },
    });
    return measurements;
  },
};
