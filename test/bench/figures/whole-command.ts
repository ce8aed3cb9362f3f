import { derivedId } from '#kernel';
import { join } from 'node:path';
import { eventsToAppend, openBareLog } from '../bare-appends.ts';
import type { Figure } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { openProduct } from '../product.ts';
import { alternated, inFlight, perSecond } from '../rounds.ts';
import { eightCommands, sampleMigration } from '../sample-migrations.ts';

const IN_FLIGHT = 64;
const COMMANDS_A_MIGRATION = 8;

/**
 * A whole command in process: load the state, decide, append durably; the time ends when the read models have caught up.
 * 64 migrations at a time, each with its eight commands one after another.
 */
async function commandsPerSecond(migrations: number, warmUp: number): Promise<number> {
  return withFolder(async (folder) => {
    const product = await openProduct(folder);
    const lives = Array.from({ length: warmUp + migrations }, (_, index) => {
      const sample = sampleMigration(index);
      return { sample, commands: eightCommands(sample).map((command, step) => ({ command, id: derivedId(sample.id, String(step)) })) };
    });
    const run = async (from: number, count: number): Promise<void> => {
      await inFlight(IN_FLIGHT, count, async (index) => {
        const { sample, commands } = lives[from + index]!;
        for (const { command, id } of commands) await product.execute(sample, command, id);
      });
      await product.caughtUp();
    };
    await run(0, warmUp);
    const rate = await perSecond(migrations * COMMANDS_A_MIGRATION, () => run(warmUp, migrations));
    await product.close();
    return rate;
  });
}

function bareAppendsPerSecond(events: number, run: string): Promise<number> {
  return withFolder(async (folder) => {
    const bare = openBareLog(join(folder, 'bare.db'), 'checked');
    const rate = await bare.append(eventsToAppend(events, run), { eventsACommand: 1, commandsACommit: IN_FLIGHT });
    bare.close();
    return rate;
  });
}

export const wholeCommand: Figure = {
  name: 'whole-command',
  title: 'A whole command in process, 64 in flight: load, decide, append durably, read models caught up',
  async measure({ quick }) {
    const migrations = quick ? 500 : 4_000;
    const { median, ratio } = await alternated(quick ? 1 : 5, {
      ours: () => commandsPerSecond(migrations, 500),
      bare: (round) => bareAppendsPerSecond(migrations * COMMANDS_A_MIGRATION, `whole ${round}`),
    });
    const ours = median.ours;
    const peer = { name: 'bare append loop that checks the revision, 64 a commit', value: median.bare, ratio: ratio('ours', 'bare') };
    return [
      { name: 'whole commands', unit: '/s', value: ours, limit: { of: 'value', kind: 'at-least', value: 20_000 } },
      {
        name: 'whole commands',
        unit: '/s',
        value: ours,
        peer,
        limit: { of: 'ratio', kind: 'at-least', value: 20_000 / 53_000 },
        note: '20,000/s where a bare loop reaches 53,000/s (design §5)',
      },
      {
        name: 'lifecycles of 8 commands',
        unit: '/s',
        value: ours / COMMANDS_A_MIGRATION,
        limit: { of: 'value', kind: 'at-least', value: 2_500 },
      },
    ];
  },
};
