import { type AppendWork, raceAppends } from '../append-race.ts';
import { EVENTS_A_STREAM } from '../bare-appends.ts';
import { HELD_TO_BARE_LOOP, besideBareLoops } from '../beside-bare-loops.ts';
import type { Figure, Measurement } from '../figure.ts';

export const append: Figure = {
  name: 'append',
  title: 'Appends to the embedded log, each durable (synchronous=FULL) before it is answered; events of 420 bytes',
  async measure({ quick }) {
    const rounds = quick ? 1 : 5;
    const events = (full: number) => (quick ? 2_000 : full);
    const works: readonly AppendWork[] = [
      { name: 'commands, 16 in flight', callers: 16, together: 1, events: events(20_000), rounds },
      { name: 'commands, 64 in flight', callers: 64, together: 1, events: events(20_000), rounds },
      { name: 'events, 8 in one command, 8 in flight', callers: 8, together: EVENTS_A_STREAM, events: events(40_000), rounds },
    ];
    const measurements: Measurement[] = [];
    for (const work of works) measurements.push(...besideBareLoops(work.name, await raceAppends(work), HELD_TO_BARE_LOOP));
    return measurements;
  },
};
