export type { BulkRun } from './bulk-decider.ts';
export { BULK_EVENT_SCHEMAS, type BulkRequest, type BulkResult } from './bulk-events.ts';
export { BulkRuns, type BulkRunsOptions } from './bulk-runs.ts';
