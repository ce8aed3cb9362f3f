import { accept, refuse } from '#kernel';
import type { MigrationCommand } from '../commands.ts';
import { evolve } from '../evolve.ts';
import type { Migration, MigrationState } from '../model/state.ts';
import { consequencesOf } from './consequences.ts';
import { chooseOriginalEnd, recordEndAdvised, recordEndingCheck, recordOriginalChange, recordReassignment } from './ending.ts';
import { lapseInvitation, recordInvitationSent, recordRelationshipReport, recordReminderSent, requestReseller } from './inviting.ts';
import {
  provisionSubscription,
  recordCartCreated,
  recordOrderFailed,
  recordPurchaseOutcome,
  recordSubscriptionProvisioned,
  startPurchase,
} from './purchasing.ts';
import type { MigrationDecision } from './refusals.ts';
import { addLines, chooseTarget, recordOfferMatches, register, supersede } from './registering.ts';
import { clearAttention, hold, raiseAttention, resume, retry, withdraw } from './steering.ts';

function decideRegistered(command: Exclude<MigrationCommand, { type: 'RegisterMigration' }>, state: Migration): MigrationDecision {
  switch (command.type) {
    case 'AddLines':
      return addLines(command, state);
    case 'Supersede':
      return supersede(command, state);
    case 'RecordOfferMatches':
      return recordOfferMatches(command, state);
    case 'ChooseTarget':
      return chooseTarget(command, state);
    case 'RequestReseller':
      return requestReseller(command, state);
    case 'RecordInvitationSent':
      return recordInvitationSent(command, state);
    case 'RecordReminderSent':
      return recordReminderSent(command, state);
    case 'LapseInvitation':
      return lapseInvitation(command, state);
    case 'RecordAcceptance':
    case 'RecordDecline':
    case 'RecordRelationshipRemoved':
      return recordRelationshipReport(command, state);
    case 'ProvisionSubscription':
      return provisionSubscription(command, state);
    case 'StartPurchase':
      return startPurchase(command, state);
    case 'RecordCartCreated':
      return recordCartCreated(command, state);
    case 'RecordPurchaseOutcome':
      return recordPurchaseOutcome(command, state);
    case 'RecordOrderFailed':
      return recordOrderFailed(command, state);
    case 'RecordSubscriptionProvisioned':
      return recordSubscriptionProvisioned(command, state);
    case 'RecordReassignment':
      return recordReassignment(command, state);
    case 'RecordEndingCheck':
      return recordEndingCheck(command, state);
    case 'RecordEndAdvised':
      return recordEndAdvised(command, state);
    case 'ChooseOriginalEnd':
      return chooseOriginalEnd(command, state);
    case 'RecordOriginalChange':
      return recordOriginalChange(command, state);
    case 'AssessCoverage':
      return accept();
    case 'RaiseAttention':
      return raiseAttention(command, state);
    case 'ClearAttention':
      return clearAttention(command, state);
    case 'Retry':
      return retry(command, state);
    case 'Hold':
      return hold(command, state);
    case 'Resume':
      return resume(command, state);
    case 'Withdraw':
      return withdraw(command, state);
    default:
      return command satisfies never;
  }
}

/** What a command does to a migration: its events, and what follows from them at once. */
export function decide(command: MigrationCommand, state: MigrationState): MigrationDecision {
  if (command.type !== 'RegisterMigration' && !state)
    return refuse('not-registered', 'there is no such migration: register the customer first');
  const decision = command.type === 'RegisterMigration' ? register(command, state) : decideRegistered(command, state!);
  if (decision.kind === 'refused' || (decision.events.length === 0 && command.type !== 'AssessCoverage')) return decision;
  const next = decision.events.reduce(evolve, state);
  return next ? accept(...decision.events, ...consequencesOf(next, command.at)) : decision;
}
