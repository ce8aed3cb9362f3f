import type { Instant } from '#kernel';
import type { OutsideFact } from './facts-in-order.ts';

export interface RelationshipFact extends OutsideFact {
  readonly kind: 'requested' | 'accepted' | 'declined' | 'lapsed' | 'removed';
}

export interface Relationship {
  readonly status: 'none' | 'requested' | 'accepted' | 'declined' | 'lapsed';
  /** The customer took the relationship away and has not accepted again since. */
  readonly removedSince: Instant | null;
  readonly requestedAt: Instant | null;
  readonly acceptedAt: Instant | null;
  /** When a decline or a lapse closed it. */
  readonly closedAt: Instant | null;
}

const NONE: Relationship = { status: 'none', removedSince: null, requestedAt: null, acceptedAt: null, closedAt: null };

function after(state: Relationship, fact: RelationshipFact): Relationship {
  switch (fact.kind) {
    case 'requested':
      return state.status === 'accepted' ? state : { ...state, status: 'requested', requestedAt: fact.at, closedAt: null };
    case 'accepted':
      return state.status === 'accepted' && !state.removedSince ? state : { ...state, status: 'accepted', acceptedAt: fact.at, removedSince: null, closedAt: null };
    case 'declined':
      return state.status === 'accepted' || state.status === 'declined' ? state : { ...state, status: 'declined', closedAt: fact.at };
    case 'lapsed':
      return state.status === 'requested' ? { ...state, status: 'lapsed', closedAt: fact.at } : state;
    case 'removed':
      return state.removedSince ? state : { ...state, removedSince: fact.at };
    default:
      return fact.kind satisfies never;
  }
}

/** Where the relationship stands after facts that are kept in order of occurrence. */
export function relationshipFrom(facts: readonly RelationshipFact[]): Relationship {
  return facts.reduce(after, NONE);
}
