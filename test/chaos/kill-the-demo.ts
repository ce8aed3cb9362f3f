/**
 * Kills the real demo with SIGKILL at different moments, starts it again on the same data, and holds its end against
 * that of a demo nobody killed. `node dist/test/chaos/kill-the-demo.js --kills 20 --seed 1`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chanceFrom } from '#event-sourcing';
import { endOf, runDemoProcess } from './demo-process.ts';

export interface KillReport {
  readonly kills: number;
  readonly same: boolean;
  readonly without: string;
  readonly killed: string;
}

/** Lines that a demo prints from start to end, about: one a step of its clock. */
const LINES_OF_A_DEMO = 110;
/** What a step of its clock takes, about. */
const LONGEST_STEP_MS = 800;

export async function killTheDemo(kills: number, seed: string, tell: (line: string) => void = () => undefined): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), 'kill-the-demo-'));
  try {
    const without = await runDemoProcess(join(folder, 'without'), null);
    tell(`without a kill: exit ${String(without.code)}`);
    for (let kill = 0; kill < kills; kill += 1) {
      // A life lasts a few lines on the average, so that the kills spread over the demo's year; some hit its very start.
      const lines = Math.floor(chanceFrom(`${seed} ${kill}`) * ((2 * LINES_OF_A_DEMO) / (kills + 1)));
      const thenMs = Math.floor(chanceFrom(`${seed} ${kill} ms`) * LONGEST_STEP_MS);
      const { code, output } = await runDemoProcess(join(folder, 'killed'), { lines, thenMs });
      tell(
        `kill ${kill + 1} of ${kills}: ${thenMs} ms after ${lines} lines, ${code === null ? 'killed' : `exit ${code}`}: ${output.trim().split('\n').at(-1) ?? ''}`,
      );
      if (code !== null) break;
    }
    const killed = await runDemoProcess(join(folder, 'killed'), null);
    const ends = { without: endOf(without.output), killed: endOf(killed.output) };
    return { kills, same: without.code === 0 && killed.code === 0 && ends.without === ends.killed && ends.without !== '', ...ends };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1]?.endsWith('kill-the-demo.js')) {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } } });
  const report = await killTheDemo(Number(values.kills), values.seed, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(
    `without:\n${report.without}\nkilled ${report.kills} times:\n${report.killed}\n${report.same ? 'the same end' : 'NOT the same end'}\n`,
  );
  process.exit(report.same ? 0 : 1);
}
