import type { Decider } from '#kernel';
import type { MigrationCommand } from './commands.ts';
import { decide } from './decide/index.ts';
import type { MigrationRefusalCode } from './decide/refusals.ts';
import type { MigrationEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { type MigrationState, NO_MIGRATION } from './model/state.ts';

export const migrationDecider: Decider<MigrationCommand, MigrationState, MigrationEvent, MigrationRefusalCode> = {
  initialState: NO_MIGRATION,
  decide,
  evolve,
};

export * from './commands.ts';
export type { MigrationRefusal, MigrationRefusalCode } from './decide/refusals.ts';
export * from './event-schemas.ts';
export * from './events.ts';
export * from './license-reassignment/license-reassignment.ts';
export * from './migration-id.ts';
export * from './model/line.ts';
export { originalFrom, type Original, type OriginalFact } from './model/original-facts.ts';
export * from './model/policy.ts';
export * from './model/program.ts';
export { relationshipFrom, type Relationship } from './model/relationship-facts.ts';
export * from './model/stage.ts';
export * from './model/state.ts';
export * from './offer-match.ts';
export { attentionsOf } from './rules/attention.ts';
export { type CoverageInterval, type Interval, coverageOf, gapOf, overlapDays, overlapOf } from './rules/coverage.ts';
export { absenceMeansEnded, originalServiceOf } from './rules/original-end.ts';
export { planLine, type LinePlan } from './rules/planning.ts';
export { purchaseDueAt } from './rules/purchase-due.ts';
export { seatProblem } from './rules/seats.ts';
export { closedAt, hasNeverEnded, isOpen, lineIsComplete, lineStageOf, stageOf, usersAreServed } from './rules/standing.ts';
export * from './to-dos.ts';
export * from './views/migration-view.ts';
export * from './views/plan-view.ts';
export * from './views/risk.ts';
