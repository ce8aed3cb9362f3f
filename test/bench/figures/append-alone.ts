import { answeredBy } from '../answered-by.ts';
import { type AppendStandings, type AppendWork, raceAppends } from '../append-race.ts';
import { HELD_TO_BARE_LOOP, besideBareLoops } from '../beside-bare-loops.ts';
import type { Figure } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { slowDisk } from '../slow-disk.ts';

/** With what a quick disk takes itself, half a millisecond a sync. */
const SLOWER_MS = 0.4;

function onSlowDisk(work: AppendWork): Promise<AppendStandings> {
  return withFolder((folder) => answeredBy(new URL('../append-race-process.js', import.meta.url), work, slowDisk(folder, SLOWER_MS)));
}

export const appendAlone: Figure = {
  name: 'append-alone',
  title: 'Appends to the embedded log by a single caller, who waits until each is durable; events of 420 bytes',
  async measure({ quick }) {
    const work = { callers: 1, together: 1, rounds: quick ? 1 : 5 };
    const slowed = { ...work, name: `each sync of a file ${SLOWER_MS} ms slower`, events: quick ? 1_000 : 4_000 };
    const asIs = { ...work, name: 'this disk', events: quick ? 2_000 : 8_000 };
    return [
      ...besideBareLoops(slowed.name, await onSlowDisk(slowed), HELD_TO_BARE_LOOP),
      ...besideBareLoops(asIs.name, await raceAppends(asIs), {}),
    ];
  },
};
