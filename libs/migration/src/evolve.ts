import type { MigrationEvent } from './events.ts';
import { withFact } from './model/facts-in-order.ts';
import { ENDING_FACTS, type EndingFact, type Line, registeredLine } from './model/line.ts';
import { type Original, type OriginalFact, originalFrom } from './model/original-facts.ts';
import { type RelationshipFact, ownFact } from './model/relationship-facts.ts';
import type { Migration, MigrationState } from './model/state.ts';

function withLine(state: Migration, originalSubscriptionId: string, change: (line: Line) => Partial<Line>): Migration {
  return {
    ...state,
    lines: state.lines.map((line) => (line.originalSubscriptionId === originalSubscriptionId ? { ...line, ...change(line) } : line)),
  };
}

function withRelationshipFact(state: Migration, fact: RelationshipFact): Migration {
  return { ...state, relationshipFacts: withFact(state.relationshipFacts, fact) };
}

function withOriginalFact(
  state: Migration,
  kind: OriginalFact['kind'],
  data: Omit<OriginalFact, 'kind'> & { originalSubscriptionId: string },
): Migration {
  const fact: OriginalFact = { kind, at: data.at, key: data.key, termEnd: data.termEnd };
  return withLine(state, data.originalSubscriptionId, (line) => {
    const told = { ...line, originalFacts: withFact(line.originalFacts, fact) };
    // The facts that were read back spoke of the original as it was: where it is another now, they are read anew.
    return sameOriginal(originalFrom(line), originalFrom(told))
      ? told
      : { ...told, endingCheck: null, endAdvisedAt: null, endUntoldSince: null };
  });
}

function sameOriginal(a: Original, b: Original): boolean {
  return a.state === b.state && a.termEnd === b.termEnd && a.endedAt === b.endedAt && a.prolongedAt === b.prolongedAt;
}

function withoutAttention(state: Migration, kind: string, originalSubscriptionId: string | null): Migration {
  if (state.attentions.length === 0) return state;
  return {
    ...state,
    attentions: state.attentions.filter((raised) => raised.kind !== kind || raised.originalSubscriptionId !== originalSubscriptionId),
  };
}

/** With it what was raised because the directory could not be read, or did not list the original, has mended itself. */
function withOriginalSeen(state: Migration, originalSubscriptionId: string): Migration {
  return withLine(withoutAttention(state, 'watch-original', originalSubscriptionId), originalSubscriptionId, () => ({
    originalSeen: true,
  }));
}

/** The facts are read in order, so one that failed tells that those before it held. */
function isLaterFact(fact: EndingFact, than: EndingFact): boolean {
  return ENDING_FACTS.indexOf(fact) > ENDING_FACTS.indexOf(than);
}

/** Adds one event to the state. Never refuses: history has happened. */
export function evolve(state: MigrationState, event: MigrationEvent): MigrationState {
  if (event.type === 'migration.registered.v1') {
    const { migrationId, at, lines, ...customer } = event.data;
    return {
      ...customer,
      id: migrationId,
      registeredAt: at,
      lines: lines.map((line) => registeredLine(line, at)),
      relationshipFacts: [],
      requestedAt: null,
      invitation: null,
      purchase: null,
      purchases: 0,
      hold: null,
      attentions: [],
      retries: 0,
      completedAt: null,
      withdrawn: null,
      supersededBy: null,
    };
  }
  return state && evolveRegistered(state, event);
}

function evolveRegistered(state: Migration, event: Exclude<MigrationEvent, { type: 'migration.registered.v1' }>): Migration {
  switch (event.type) {
    case 'migration.line-added.v1':
      return { ...state, completedAt: null, lines: [...state.lines, registeredLine(event.data.line, event.data.at)] };
    case 'migration.target-chosen.v1':
      return withLine(withoutAttention(state, 'purchase', event.data.originalSubscriptionId), event.data.originalSubscriptionId, () => ({
        chosen: event.data.target,
        chosenAt: event.data.at,
        unmappedSince: null,
        failures: 0,
        failedAt: null,
        failureCode: null,
      }));
    case 'migration.offer-unmapped.v1':
      return withLine(state, event.data.originalSubscriptionId, (line) => ({ unmappedSince: line.unmappedSince ?? event.data.at }));
    case 'migration.reseller-requested.v1':
      return withRelationshipFact(
        { ...state, requestedAt: event.data.at, invitation: null },
        ownFact('requested', event.data.at, state.relationshipFacts),
      );
    case 'migration.invitation-sent.v1':
      return {
        ...state,
        invitation: { link: event.data.link, sentAt: event.data.at, mailed: event.data.mailed, reminders: 0, remindedAt: null },
      };
    case 'migration.reminder-sent.v1':
      return state.invitation
        ? { ...state, invitation: { ...state.invitation, reminders: event.data.number, remindedAt: event.data.at } }
        : state;
    case 'migration.invitation-lapsed.v1':
      return withRelationshipFact(state, ownFact('lapsed', event.data.at, state.relationshipFacts));
    case 'migration.accepted.v1':
      return withRelationshipFact(state, { kind: 'accepted', at: event.data.at, key: event.data.key });
    case 'migration.declined.v1':
      return withRelationshipFact(state, { kind: 'declined', at: event.data.at, key: event.data.key });
    case 'migration.relationship-removed.v1':
      return withRelationshipFact(state, { kind: 'removed', at: event.data.at, key: event.data.key });
    case 'migration.provisioning-asked.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({
        provisionNotBefore: event.data.notBefore,
        failures: 0,
        failedAt: null,
        failureCode: null,
      }));
    case 'migration.provisioning-started.v1':
      return {
        ...state,
        purchases: event.data.attempt,
        purchase: { attempt: event.data.attempt, startedAt: event.data.at, lines: event.data.lines, cartId: null, cartCreatedAt: null },
      };
    case 'migration.cart-created.v1':
      return state.purchase
        ? { ...state, purchase: { ...state.purchase, cartId: event.data.cartId, cartCreatedAt: event.data.at } }
        : state;
    case 'migration.order-placed.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({
        order: { orderId: event.data.orderId, cartId: event.data.cartId, placedAt: event.data.at },
        failureCode: null,
      }));
    case 'migration.purchase-failed.v1':
      return withLine(state, event.data.originalSubscriptionId, (line) => ({
        order: null,
        failures: event.data.final ? state.policy.purchaseAttempts : line.failures + 1,
        failedAt: event.data.at,
        failureCode: event.data.code,
      }));
    case 'migration.purchase-closed.v1':
      return { ...state, purchase: null };
    case 'migration.subscription-provisioned.v1': {
      const { at, originalSubscriptionId, subscriptionId, orderId, quantity, commitmentEnd, activeAt = at } = event.data;
      return withLine(state, originalSubscriptionId, () => ({
        subscription: { subscriptionId, orderId, quantity, commitmentEnd, activeAt },
        failureCode: null,
      }));
    }
    case 'migration.reassignment-started.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({
        reassignment: { inScope: event.data.inScope, reassigned: 0, failed: 0, completedAt: null },
      }));
    case 'migration.reassignment-progressed.v1': {
      const { originalSubscriptionId, inScope, reassigned, failed } = event.data;
      return withLine(state, originalSubscriptionId, () => ({ reassignment: { inScope, reassigned, failed, completedAt: null } }));
    }
    case 'migration.licenses-reassigned.v1': {
      const { at, originalSubscriptionId, inScope } = event.data;
      return withLine(withoutAttention(state, 'reassign-licenses', originalSubscriptionId), originalSubscriptionId, () => ({
        reassignment: { inScope, reassigned: inScope, failed: 0, completedAt: at },
      }));
    }
    case 'migration.ending-cleared.v1':
      return withLine(withOriginalSeen(state, event.data.originalSubscriptionId), event.data.originalSubscriptionId, () => ({
        endingCheck: { checkedAt: event.data.at, failed: null },
        seatsConfirmed: true,
      }));
    case 'migration.ending-refused.v1': {
      const { at, originalSubscriptionId, fact } = event.data;
      const seen = isLaterFact(fact, 'original-active') ? withOriginalSeen(state, originalSubscriptionId) : state;
      return withLine(seen, originalSubscriptionId, (line) => ({
        endingCheck: { checkedAt: at, failed: fact },
        seatsConfirmed: line.seatsConfirmed || isLaterFact(fact, 'seats-sufficient'),
      }));
    }
    case 'migration.end-advised.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({
        endAdvisedAt: event.data.at,
        endUntoldSince: event.data.mailed ? null : event.data.at,
      }));
    case 'migration.original-end-chosen.v1': {
      const { at, originalSubscriptionId, by, daysForfeited } = event.data;
      return withLine(state, originalSubscriptionId, () => ({
        endChoice: { by, daysForfeited, chosenAt: at },
        endingCheck: null,
        endAdvisedAt: null,
        endUntoldSince: null,
      }));
    }
    case 'migration.original-expiring.v1':
      return withOriginalFact(state, 'expiring', event.data);
    case 'migration.original-expired.v1':
      return withOriginalFact(state, 'expired', event.data);
    case 'migration.original-cancelled.v1':
      return withOriginalFact(state, 'cancelled', event.data);
    case 'migration.original-renewed.v1':
      return withOriginalFact(state, 'renewed', event.data);
    case 'migration.original-extended.v1':
      return withOriginalFact(state, 'extended', event.data);
    case 'migration.gap-foreseen.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({
        gap: { phase: 'foreseen', start: event.data.start, end: event.data.end },
      }));
    case 'migration.gap-opened.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({
        gap: { phase: 'open', start: event.data.start, end: event.data.end },
      }));
    case 'migration.gap-closed.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({
        gap: { phase: 'closed', start: event.data.start, end: event.data.end },
      }));
    case 'migration.gap-averted.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({ gap: null }));
    case 'migration.overlap-opened.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({ overlapSince: event.data.start }));
    case 'migration.overlap-closed.v1':
      return withLine(state, event.data.originalSubscriptionId, () => ({ overlapSince: null }));
    case 'migration.attention-raised.v1': {
      const { at, code, detail, kind, originalSubscriptionId } = event.data;
      return {
        ...state,
        attentions: [
          ...withoutAttention(state, kind, originalSubscriptionId).attentions,
          { code, detail, since: at, kind, originalSubscriptionId },
        ],
      };
    }
    case 'migration.attention-cleared.v1':
      return withoutAttention(state, event.data.kind, event.data.originalSubscriptionId);
    case 'migration.retry-asked.v1':
      return {
        ...state,
        retries: state.retries + 1,
        attentions: [],
        lines: state.lines.map((line) => ({ ...line, failures: 0, failedAt: null, failureCode: null })),
      };
    case 'migration.held.v1':
      return { ...state, hold: { reason: event.data.reason, since: event.data.at, until: event.data.until } };
    case 'migration.resumed.v1':
      return { ...state, hold: null };
    case 'migration.withdrawn.v1':
      return { ...state, withdrawn: { at: event.data.at, reason: event.data.reason } };
    case 'migration.completed.v1':
      return { ...state, completedAt: event.data.at };
    case 'migration.superseded.v1':
      return { ...state, supersededBy: event.data.successorId };
    case 'migration.reopened.v1':
      return { ...state, completedAt: null };
    default:
      return event satisfies never;
  }
}
