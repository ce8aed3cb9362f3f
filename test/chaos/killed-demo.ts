import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoProcess } from './demo-process.ts';

const START = Date.parse('2026-12-01T08:00:00.000Z');
/** The demo's customers are moved within this time; what comes after is waiting. */
const BUSY_DAYS = 150;
const DAY_MS = 86_400_000;
const LONGEST_DELAY_MS = 250;

export interface DemoEnd {
  readonly kills: readonly string[];
  readonly seconds: number;
  /** The report, line by line, without what a person's later step may shift. */
  readonly report: readonly string[];
}

/** Times go by the operator's steps, which a restart begins anew. */
const SHIFTS = /^\s*overlap\b/;

function reportIn(output: string): string[] {
  const lines = output.split('\n').filter((line) => /^ {2}[a-z ]{2,12} +\S/.test(line) && !SHIFTS.test(line));
  return lines.map((line) => line.trim().replace(/, \d+ orders?:/, ':'));
}

/** Runs the demo to its end and kills it so many times on the way, at moments spread over the busy time. */
export async function runDemoWithKills(kills: number, onKill: (text: string) => void = () => undefined): Promise<DemoEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-chaos-'));
  const began = performance.now();
  const done: string[] = [];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const moment = new Date(START + (BUSY_DAYS * DAY_MS * (kill + 0.5)) / kills).toISOString();
      const demo = new DemoProcess(folder);
      if (!(await demo.killAt(moment, (LONGEST_DELAY_MS * ((kill * 7) % 10)) / 10))) {
        const { code, errors } = await demo.ended;
        throw new Error(`the demo ended with ${String(code)} before its kill ${kill + 1} at ${moment}: ${errors}`);
      }
      done.push(demo.clock);
      onKill(`kill ${kill + 1} of ${kills}: its clock stood at ${demo.clock}`);
    }
    const { code, output, errors } = await new DemoProcess(folder).ended;
    if (code !== 0) throw new Error(`the demo ended with ${String(code)} after ${kills} kills: ${errors || output}`);
    return { kills: done, seconds: Math.round((performance.now() - began) / 1000), report: reportIn(output) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
