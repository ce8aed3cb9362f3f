import { isDeepStrictEqual, parseArgs } from 'node:util';
import { reportFault, reportText } from '../../apps/standalone/src/demo/report.ts';
import { Fleet } from './fleet/fleet.ts';
import { killAround } from './fleet/kills.ts';
import { accountOfPublished } from './fleet/published.ts';
import { YEAR_START, liveThroughYear } from './fleet/year.ts';

/**
 * Two APIs and two workers on shared engines, as real processes, move customers through a year on a driven clock, while
 * one part after another is killed with SIGKILL and started again: workers, APIs, the broker, PostgreSQL, the stand-in for
 * EventStoreDB, and the network between a worker and the broker. Their end is held against that of an undisturbed year.
 */
const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000' },
    /** Of each part. */
    kills: { type: 'string', default: '3' },
    'every-ms': { type: 'string', default: '8000' },
    seed: { type: 'string', default: '1' },
    /** Judge the killed year by the ledger and the rules alone. */
    'without-undisturbed': { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const customers = Number(values.customers);

interface YearEnd {
  readonly lines: readonly string[];
  readonly fault: string | null;
}

/** Times go by the operator's steps, which an outage shifts. */
const SHIFTS = /^\s*overlap\b/;

async function year(kills: number): Promise<YearEnd> {
  const began = performance.now();
  const fleet = await Fleet.start({ start: YEAR_START });
  const ended = new AbortController();
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(0);
  try {
    const plan = { ofEach: kills, seed: Number(values.seed), everyMs: Number(values['every-ms']) };
    const killing = killAround(fleet, { ...plan, onKill: (text) => say(`  ${seconds()} s  ${text}`) }, ended.signal);
    const lived = liveThroughYear(fleet, { customers, onStep: (now, stages) => say(`  ${seconds()} s  ${now.slice(0, 10)}  ${stages}`) });
    // A part that does not come back ends the run: without it nobody would ever answer.
    const broken = killing.then(() => new Promise<never>(() => undefined));
    const report = await Promise.race([lived, broken]);
    ended.abort();
    const killed = await killing;
    say(`${killed} kills, in ${seconds()} s:\n${reportText(report)}`);
    const account = await accountOfPublished(fleet.eventStoreUrl, fleet.brokers);
    say(`  published   ${account.events} events, ${account.repeated} of them again, ${account.fault ?? 'none lost, none out of order'}`);
    const lines = reportText(report)
      .split('\n')
      .filter((line) => !SHIFTS.test(line));
    return { lines: lines.map((line) => line.trim().replace(/, \d+ orders?:/, ':')), fault: reportFault(report) ?? account.fault };
  } finally {
    ended.abort();
    await fleet.close();
  }
}

const undisturbed = values['without-undisturbed'] ? undefined : await year(0);
const killed = await year(Number(values.kills));
const same = undisturbed === undefined || isDeepStrictEqual(killed.lines, undisturbed.lines);
const fault = killed.fault ?? undisturbed?.fault ?? null;
if (fault !== null) say(`what must hold did not: ${fault}`);
if (undisturbed) say(same ? 'the same end' : 'NOT the same end');
else if (fault === null) say('all that must hold did; it was held against no undisturbed year');
process.exitCode = same && fault === null ? 0 : 1;
