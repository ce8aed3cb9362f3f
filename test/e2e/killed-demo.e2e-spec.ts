import { expect, test } from '@jest/globals';
import { runDemoWithKills } from '../chaos/killed-demo.ts';

const MOST_MS = 600_000;
const KILLS = 2;

test(
  'a demo that is killed in the middle goes on where it stood, loses nothing and buys nothing twice',
  async () => {
    const { kills, report } = await runDemoWithKills(KILLS);
    expect(kills).toHaveLength(KILLS);
    expect(report).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^customers +200 registered, none lost \(difference 0\)$/),
        expect.stringMatching(/^still open +0 migrations$/),
        expect.stringMatching(/^gaps +0 for customers who accepted in time/),
        expect.stringMatching(/^purchases +.*every line's seats exactly once, by the ledger$/),
      ]),
    );
  },
  MOST_MS,
);
