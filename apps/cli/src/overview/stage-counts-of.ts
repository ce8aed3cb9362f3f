import type { Overview } from '../api-client/report-shapes.ts';
import { STAGES } from '../api-client/shapes.ts';
import type { StageCounts } from '../stage-bars/stage-counts.ts';

export function stageCountsOf({ asOf, stages, conservation, gaps, risk }: Overview): StageCounts {
  return {
    clock: asOf,
    stages: Object.fromEntries(STAGES.map((stage) => [stage, stages[stage].migrations])),
    seats: Object.fromEntries(STAGES.map((stage) => [stage, stages[stage].seats])),
    total: conservation.registered,
    gaps,
    risk,
  };
}
