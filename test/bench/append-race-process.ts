import { type AppendWork, raceAppends } from './append-race.ts';

/** Runs a race in a process of its own, whose disk may be slow. */
process.on('message', (work: AppendWork) => {
  void raceAppends(work).then((standings) => process.send?.(standings, () => process.disconnect()));
});
