import { type Instant, plusMs } from '#kernel';
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
  /** An invitation waits for its answer: also one that went out after the customer had removed the relationship. */
  readonly open: boolean;
}

const NONE: Relationship = { status: 'none', removedSince: null, requestedAt: null, acceptedAt: null, closedAt: null, open: false };

function after(state: Relationship, fact: RelationshipFact): Relationship {
  switch (fact.kind) {
    case 'requested':
      if (state.status !== 'accepted') return { ...state, status: 'requested', requestedAt: fact.at, closedAt: null, open: true };
      return state.removedSince ? { ...state, requestedAt: fact.at, open: true } : state;
    case 'accepted':
      return state.status === 'accepted' && !state.removedSince
        ? state
        : { ...state, status: 'accepted', acceptedAt: fact.at, removedSince: null, closedAt: null, open: false };
    case 'declined':
      // Before any invitation of ours went out it answers an earlier one: this customer is still to be asked.
      if (state.status === 'none') return state;
      // Who accepted once and removed the relationship keeps its stage (contract §4): only the new invitation is answered.
      if (state.status === 'accepted') return { ...state, open: false };
      return state.status === 'declined' ? state : { ...state, status: 'declined', closedAt: fact.at, open: false };
    case 'lapsed':
      if (!state.open) return state;
      return state.status === 'requested' ? { ...state, status: 'lapsed', closedAt: fact.at, open: false } : { ...state, open: false };
    case 'removed':
      return state.removedSince ? state : { ...state, removedSince: fact.at };
    default:
      return fact.kind satisfies never;
  }
}

/**
 * A request or a lapse, which are our own facts: it comes after all that was known by then, also where a message's clock
 * runs ahead or the service's does not move in between. At one moment with an answer that comes in later it is the
 * earlier one: no message has a blank source.
 */
export function ownFact(kind: 'requested' | 'lapsed', at: Instant, known: readonly RelationshipFact[]): RelationshipFact {
  const last = known.at(-1);
  return { kind, at: last && last.at >= at ? plusMs(last.at, 1) : at, key: ` ${kind} ${known.length}` };
}

/** Asked many times a command, of lists that never change: each is folded once. */
const folded = new WeakMap<readonly RelationshipFact[], Relationship>();

/** Where the relationship stands after facts that are kept in order of occurrence. */
export function relationshipFrom(facts: readonly RelationshipFact[]): Relationship {
  let relationship = folded.get(facts);
  if (!relationship) folded.set(facts, (relationship = facts.reduce(after, NONE)));
  return relationship;
}
