import { readFile } from 'node:fs/promises';
import { type Instant, daysBetween, plusDays } from '#kernel';
import type { Overview } from '#read-models';
import type { Standalone } from '../start-standalone.ts';
import { DemoApi } from './demo-api.ts';
import { Operator } from './operator.ts';
import { type DemoReport, reportOf } from './report.ts';
import { SAMPLE_FILE, sampleBehaviour } from './samples.ts';

export const DEMO_START = '2026-12-01T08:00:00.000Z' as Instant;
const DEMO_DAYS = 365;
/** How far the clock goes in one step: often enough to watch, seldom enough for a year in a minute. */
const STEP_DAYS = 3;

function stepAfter(now: Instant): Instant {
  return plusDays(DEMO_START, (Math.floor(daysBetween(DEMO_START, now) / STEP_DAYS) + 1) * STEP_DAYS);
}

function isStep(now: Instant): boolean {
  return daysBetween(DEMO_START, now) % STEP_DAYS === 0;
}

export interface DemoProgress {
  readonly clock: string;
  readonly overview: Overview;
  readonly actions: readonly string[];
}

export interface DemoOptions {
  readonly onProgress: (progress: DemoProgress) => void;
  readonly stopping: AbortSignal;
}

/**
 * Moves the sample customers from request to completion through the service's own API, a year on the driven clock. It
 * keeps no memory of its own: after a kill it goes on where clock and data stand. `null` when it was asked to stop.
 */
export async function runDemo(running: Standalone, { onProgress, stopping }: DemoOptions): Promise<DemoReport | null> {
  const { simulator } = running;
  if (!simulator) throw new Error('the demo runs against the built-in simulator');
  const api = new DemoApi(running.url, simulator.url);
  const behaviour = await sampleBehaviour();
  for (const [tenantId, description] of Object.entries(behaviour)) {
    if (!simulator.isDescribed(tenantId)) simulator.describeCustomer(tenantId, description);
  }
  const customers = Object.keys(behaviour).length;
  if ((await api.overview()).conservation.registered < customers || (await api.clock()) === DEMO_START)
    await api.importFile(await readFile(SAMPLE_FILE));

  const end = plusDays(DEMO_START, DEMO_DAYS);
  const operator = new Operator(api);
  const show = async (): Promise<void> =>
    onProgress({ clock: await api.clock(), overview: await api.overview(), actions: operator.takeActions() });
  for (let now = (await api.clock()) as Instant; now < end; now = (await api.clock()) as Instant) {
    if (stopping.aborted) return null;
    // Killed between two steps: people look at their own hours again, and nothing else than before comes of it.
    if (isStep(now)) await operator.lookThrough();
    await show();
    const next = stepAfter(now);
    await api.advance(next < end ? next : end);
  }
  await operator.lookThrough();
  await show();
  const summaries = await api.migrations('');
  const migrations = await Promise.all(summaries.map((summary) => api.migration(summary.id)));
  return reportOf(await api.overview(), migrations, await api.ledger());
}
