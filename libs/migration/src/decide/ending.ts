import { accept, daysBetween, endOfDay, refuse } from '#kernel';
import type { ChooseOriginalEnd, RecordEndAdvised, RecordEndingCheck, RecordOriginalChange, RecordReassignment } from '../commands.ts';
import { type MigrationEvent, migrationEvent } from '../events.ts';
import { originalFrom } from '../model/original-facts.ts';
import { offerMatchOf } from '../model/line.ts';
import { type Migration, lineOf } from '../model/state.ts';
import { failedEndingFact } from '../rules/ending-facts.ts';
import { usersAreServed } from '../rules/standing.ts';
import type { MigrationDecision } from './refusals.ts';

/** Seed article, step 4, different offer: how far the users of a line are moved. */
export function recordReassignment(command: RecordReassignment, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  if (!line.subscription) return refuse('target-active', 'the target is not active yet: no license is moved before that');
  if (offerMatchOf(line) !== 'different') return refuse('same-offer', 'the target is the same offer: its licenses are left as they are');
  if (line.reassignment?.completedAt) return accept();
  const { at, originalSubscriptionId, inScope, reassigned, failed } = command;
  const events: MigrationEvent[] = line.reassignment
    ? []
    : [migrationEvent('migration.reassignment-started.v1', { at, originalSubscriptionId, inScope })];
  const moved =
    reassigned !== (line.reassignment?.reassigned ?? 0) ||
    failed !== (line.reassignment?.failed ?? 0) ||
    inScope !== (line.reassignment?.inScope ?? inScope);
  if (command.complete && failed === 0)
    events.push(migrationEvent('migration.licenses-reassigned.v1', { at, originalSubscriptionId, inScope }));
  else if (moved)
    events.push(migrationEvent('migration.reassignment-progressed.v1', { at, originalSubscriptionId, inScope, reassigned, failed }));
  return accept(...events);
}

/** Rule 3, read back by automation before the customer is told anything. */
export function recordEndingCheck(command: RecordEndingCheck, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  const failed = failedEndingFact(line, state.policy, command.facts, line.endChoice?.by ?? 'expiry', command.at);
  const known = line.endingCheck;
  if (known && known.failed === (failed?.fact ?? null)) return accept();
  const { at, originalSubscriptionId } = command;
  return accept(
    failed
      ? migrationEvent('migration.ending-refused.v1', { at, originalSubscriptionId, fact: failed.fact, detail: failed.detail })
      : migrationEvent('migration.ending-cleared.v1', { at, originalSubscriptionId }),
  );
}

export function recordEndAdvised(command: RecordEndAdvised, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  if (line.endAdvisedAt) return accept();
  if (line.endingCheck?.failed !== null) return refuse('target-active', 'the six facts are not confirmed: the customer is told nothing');
  return accept(
    migrationEvent('migration.end-advised.v1', {
      at: command.at,
      originalSubscriptionId: command.originalSubscriptionId,
      mailed: command.mailed,
    }),
  );
}

/** Seed article, step 3. Expiry is the default; a cancellation forfeits days without a refund (rule 4). */
export function chooseOriginalEnd(command: ChooseOriginalEnd, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: its originals have ended');
  if (state.withdrawn) return refuse('migration-closed', 'the migration was withdrawn: nothing is ended');
  const original = originalFrom(line);
  if (original.endedAt) return refuse('original-ended', `the original ended on ${original.endedAt}: there is nothing to choose`);
  const { at, originalSubscriptionId, by } = command;
  if (by === 'expiry') {
    // Expiry is the default; chosen anew after a renewal or an extension it says that a person has seen that.
    const unseen = original.prolongedAt !== null && (line.endChoice === null || line.endChoice.chosenAt < original.prolongedAt);
    if ((line.endChoice?.by ?? 'expiry') === 'expiry' && !unseen) return accept();
    return accept(migrationEvent('migration.original-end-chosen.v1', { at, originalSubscriptionId, by, daysForfeited: 0 }));
  }
  const daysForfeited = Math.max(0, Math.ceil(daysBetween(at, endOfDay(original.termEnd))));
  if (!command.acknowledgeNoRefund) {
    return refuse(
      'no-refund-not-acknowledged',
      `a cancellation forfeits ${daysForfeited} days without a refund: set acknowledgeNoRefund to true to go on, or let it expire`,
    );
  }
  if (line.endChoice?.by === 'cancellation' && line.endingCheck?.failed === null) return accept();
  if (line.subscription && !usersAreServed(line))
    return refuse('users-licensed', 'not every user is moved to the target yet: wait for the license reassignment');
  const facts = command.facts ?? { targetActive: false, sameCustomer: true, activeSeats: 0, unlicensedUsers: 0, originalActive: true };
  const failed = failedEndingFact(line, state.policy, facts, by, at);
  if (failed) return refuse(failed.fact, failed.detail);
  return accept<MigrationEvent>(
    migrationEvent('migration.original-end-chosen.v1', { at, originalSubscriptionId, by, daysForfeited }),
    migrationEvent('migration.ending-cleared.v1', { at, originalSubscriptionId }),
  );
}

const EVENT_OF = {
  expiring: 'migration.original-expiring.v1',
  expired: 'migration.original-expired.v1',
  cancelled: 'migration.original-cancelled.v1',
  renewed: 'migration.original-renewed.v1',
  extended: 'migration.original-extended.v1',
} as const;

/** Facts from outside are always recorded, once: what they mean follows from their order of occurrence. */
export function recordOriginalChange(command: RecordOriginalChange, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  if (line.originalFacts.some((fact) => fact.key === command.key)) return accept();
  const { originalSubscriptionId, occurredAt, key, termEnd } = command;
  return accept(migrationEvent(EVENT_OF[command.change], { at: occurredAt, originalSubscriptionId, key, termEnd }));
}
