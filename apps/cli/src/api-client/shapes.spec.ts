import { expect, test } from '@jest/globals';
import {
  RISKS as SERVED_RISKS,
  STAGES as SERVED_STAGES,
  type CoverageInterval as ServedInterval,
  type MigrationPlan,
  type MigrationSummary,
  type MigrationView,
} from '#migration';
import type { DeadLetter as ServedDeadLetter, ImportRowReport, ImportView, Overview as ServedOverview, ToDoView } from '#read-models';
import type { DeadLetter, ImportReport, ImportRow, Overview } from './report-shapes.ts';
import { type CoverageInterval, type Migration, type Plan, RISKS, STAGES, type Summary, type ToDo } from './shapes.ts';

type Serves<Ours, Theirs extends Ours> = Theirs;

// The compiler refuses this where the service no longer serves what this client reads.
export type StillServed = [
  Serves<Summary, MigrationSummary>,
  Serves<Migration, MigrationView & { readonly todos: readonly ToDoView[] }>,
  Serves<CoverageInterval, ServedInterval>,
  Serves<Plan, MigrationPlan>,
  Serves<ToDo, ToDoView>,
  Serves<Overview, ServedOverview>,
  Serves<ImportReport, ImportView>,
  Serves<ImportRow, ImportRowReport>,
  Serves<DeadLetter, ServedDeadLetter>,
];

test('the client knows every stage and risk of the domain, in its order', () => {
  expect(STAGES).toEqual(SERVED_STAGES);
  expect(RISKS).toEqual(SERVED_RISKS);
});
