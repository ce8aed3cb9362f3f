export { createStageBars, type StageBars } from './create-stage-bars.ts';
export type { StageCounts } from './stage-counts.ts';
