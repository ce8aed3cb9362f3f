import { accept, plusDays, refuse } from '#kernel';
import type {
  LapseInvitation,
  RecordAcceptance,
  RecordDecline,
  RecordInvitationSent,
  RecordRelationshipRemoved,
  RecordReminderSent,
  RequestReseller,
} from '../commands.ts';
import { type MigrationEvent, migrationEvent } from '../events.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Migration } from '../model/state.ts';
import { type MigrationDecision, superseded } from './refusals.ts';

/** Seed article, step 1. Also after a decline, a lapse or a removal: the customer is asked again. */
export function requestReseller(command: RequestReseller, state: Migration): MigrationDecision {
  if (state.supersededBy) return superseded(state.supersededBy);
  if (state.withdrawn) return refuse('migration-closed', 'the migration was withdrawn: register the customer anew');
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: there is nothing to request');
  if (state.hold) return refuse('on-hold', 'the migration is on hold: resume it first');
  const relationship = relationshipFrom(state.relationshipFacts);
  if (relationship.open) return refuse('request-open', 'an invitation is open: wait for its answer or its lapse');
  if (relationship.status === 'accepted' && !relationship.removedSince)
    return refuse('already-accepted', 'the customer has accepted: there is nothing to request');
  return accept(migrationEvent('migration.reseller-requested.v1', { at: command.at }));
}

export function recordInvitationSent(command: RecordInvitationSent, state: Migration): MigrationDecision {
  const { status, open } = relationshipFrom(state.relationshipFacts);
  if (open ? state.invitation : status === 'accepted') return accept();
  if (state.supersededBy) return superseded(state.supersededBy);
  const events: MigrationEvent[] = open ? [] : [migrationEvent('migration.reseller-requested.v1', { at: command.at })];
  return accept(...events, migrationEvent('migration.invitation-sent.v1', { at: command.at, link: command.link, mailed: command.mailed }));
}

export function recordReminderSent(command: RecordReminderSent, state: Migration): MigrationDecision {
  if (!state.invitation || command.number <= state.invitation.reminders) return accept();
  return accept(migrationEvent('migration.reminder-sent.v1', { at: command.at, number: command.number }));
}

/** Only the open invitation lapses, in its own time: a command meant for an earlier one changes nothing. */
export function lapseInvitation(command: LapseInvitation, state: Migration): MigrationDecision {
  if (!state.invitation || !relationshipFrom(state.relationshipFacts).open) return accept();
  if (command.at < plusDays(state.invitation.sentAt, state.policy.lapseAfterDays)) return accept();
  return accept(migrationEvent('migration.invitation-lapsed.v1', { at: command.at }));
}

type RelationshipReport = RecordAcceptance | RecordDecline | RecordRelationshipRemoved;

const EVENT_OF = {
  RecordAcceptance: 'migration.accepted.v1',
  RecordDecline: 'migration.declined.v1',
  RecordRelationshipRemoved: 'migration.relationship-removed.v1',
} as const;

/**
 * Facts from outside are always recorded, once: what they mean follows from their order of occurrence. Those that come
 * after a successor took over are its to record.
 */
export function recordRelationshipReport(command: RelationshipReport, state: Migration): MigrationDecision {
  if (state.relationshipFacts.some((fact) => fact.key === command.key)) return accept();
  if (state.supersededBy) return superseded(state.supersededBy);
  return accept(migrationEvent(EVENT_OF[command.type], { at: command.occurredAt, key: command.key }));
}
