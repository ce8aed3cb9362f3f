import { isDeepStrictEqual, parseArgs } from 'node:util';
import { runDemoWithKills } from './killed-demo.ts';

/**
 * Kills the real process in the middle of the demo, again and again, and holds its end against that of an undisturbed
 * one. Run it from the build: `node dist/test/chaos/kill-the-demo.js --kills 20`.
 */
const { values } = parseArgs({ options: { kills: { type: 'string', default: '20' } } });
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const undisturbed = await runDemoWithKills(0);
say(`undisturbed, in ${undisturbed.seconds} s:\n  ${undisturbed.report.join('\n  ')}`);
const killed = await runDemoWithKills(Number(values.kills), say);
say(`after ${killed.kills.length} kills, in ${killed.seconds} s:\n  ${killed.report.join('\n  ')}`);
const same = isDeepStrictEqual(killed.report, undisturbed.report);
say(same ? 'the same end' : 'NOT the same end');
process.exitCode = same ? 0 : 1;
