import { accept, refuse } from '#kernel';
import type { AddLines, RecordOfferMatches, RegisterMigration, ChooseTarget, Supersede } from '../commands.ts';
import { type MigrationEvent, migrationEvent } from '../events.ts';
import type { LineRegistration } from '../model/line.ts';
import { type Migration, type MigrationState, lineOf } from '../model/state.ts';
import { seatProblem } from '../rules/seats.ts';
import { closedAt, isOpen } from '../rules/standing.ts';
import { type MigrationDecision, superseded } from './refusals.ts';

function firstTwice(lines: readonly LineRegistration[]): string | undefined {
  const ids = lines.map((line) => line.originalSubscriptionId);
  return ids.find((id, index) => ids.indexOf(id) !== index);
}

function registeredAlready({ id }: Migration): MigrationDecision {
  return refuse('already-registered', `the customer has migration ${id} already: add lines to it, or finish it first`);
}

export function register(command: RegisterMigration, state: MigrationState): MigrationDecision {
  if (state) return registeredAlready(state);
  if (command.lines.length === 0) return refuse('no-lines', 'a migration moves at least one original: name it');
  const twice = firstTwice(command.lines);
  if (twice) return refuse('original-registered-twice', `original ${twice} is given twice: one line for each original`);
  const { type: _, ...data } = command;
  return accept(migrationEvent('migration.registered.v1', data));
}

export function addLines(command: AddLines, state: Migration): MigrationDecision {
  if (state.supersededBy) return superseded(state.supersededBy);
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: register a new one for further originals');
  if (closedAt(state)) return refuse('migration-closed', 'the migration is closed: register a new one for further originals');
  const added = command.lines.filter(
    (line, index) =>
      !lineOf(state, line.originalSubscriptionId) &&
      command.lines.findIndex((other) => other.originalSubscriptionId === line.originalSubscriptionId) === index,
  );
  return accept(...added.map((line) => migrationEvent('migration.line-added.v1', { at: command.at, line })));
}

/** The first successor stands: who registers the customer at the same time means the same one. */
export function supersede({ at, successorId }: Supersede, state: Migration): MigrationDecision {
  if (state.supersededBy) return accept();
  if (isOpen(state)) return registeredAlready(state);
  return accept(migrationEvent('migration.superseded.v1', { at, successorId }));
}

export function recordOfferMatches(command: RecordOfferMatches, state: Migration): MigrationDecision {
  const events: MigrationEvent[] = [];
  for (const { originalSubscriptionId, target, detail } of command.matches) {
    const line = lineOf(state, originalSubscriptionId);
    // What a person chose in the meantime stands.
    if (!line || line.chosen || line.order) continue;
    if (target)
      events.push(migrationEvent('migration.target-chosen.v1', { at: command.at, originalSubscriptionId, target, by: 'catalog' }));
    else if (!line.unmappedSince)
      events.push(migrationEvent('migration.offer-unmapped.v1', { at: command.at, originalSubscriptionId, detail }));
  }
  return accept(...events);
}

export function chooseTarget(command: ChooseTarget, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: nothing can be chosen any more');
  if (state.withdrawn) return refuse('migration-closed', 'the migration was withdrawn: register the customer anew');
  const inPurchase = state.purchase?.lines.some((item) => item.originalSubscriptionId === line.originalSubscriptionId);
  if (line.order || line.subscription || inPurchase)
    return refuse('target-ordered', 'the target is ordered already: it can no longer be chosen');
  const others = state.lines.map((other) => (other === line ? { ...line, chosen: command.target } : other));
  const problem = seatProblem({ ...line, chosen: command.target }, others, command.at);
  if (problem?.code === 'seats-out-of-range') return refuse(problem.code, problem.detail);
  return accept(
    migrationEvent('migration.target-chosen.v1', {
      at: command.at,
      originalSubscriptionId: line.originalSubscriptionId,
      target: command.target,
      by: 'person',
    }),
  );
}
