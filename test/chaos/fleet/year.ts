import { type Instant, plusDays } from '#kernel';
import { DemoApi } from '../../../apps/standalone/src/demo/demo-api.ts';
import { Operator } from '../../../apps/standalone/src/demo/operator.ts';
import { type DemoReport, reportOf } from '../../../apps/standalone/src/demo/report.ts';
import { copiedSamples } from './copied-samples.ts';
import type { Fleet } from './fleet.ts';
import { patientFetch } from './patient-fetch.ts';

export const YEAR_START = '2026-12-01T08:00:00.000Z' as Instant;
const DAYS = 365;
const STEP_DAYS = 3;

export interface YearOptions {
  readonly customers: number;
  readonly onStep: (now: Instant, stages: string) => void;
}

/** Moves so many customers through a year over the fleet's front door, as people and upstream systems would, whatever is killed meanwhile. */
export async function liveThroughYear(fleet: Fleet, { customers, onStep }: YearOptions): Promise<DemoReport> {
  const api = new DemoApi(fleet.url, fleet.simulatorUrl, patientFetch);
  const { csv, behaviour } = await copiedSamples(customers);
  for (const [tenant, description] of behaviour) await api.describe(tenant, description);
  await api.importFile(new Uint8Array(Buffer.from(csv)));
  const operator = new Operator(api);
  for (let day = 0; day < DAYS; day += STEP_DAYS) {
    await operator.lookThrough();
    const now = plusDays(YEAR_START, Math.min(day + STEP_DAYS, DAYS));
    await api.advance(now);
    const { stages } = await api.overview();
    onStep(
      now,
      Object.entries(stages)
        .filter(([, { migrations }]) => migrations > 0)
        .map(([stage, { migrations }]) => `${stage} ${migrations}`)
        .join(', '),
    );
  }
  await operator.lookThrough();
  const summaries = await api.migrations('');
  const migrations = [];
  for (const { id } of summaries) migrations.push(await api.migration(id));
  return reportOf(await api.overview(), migrations, await api.ledger());
}
