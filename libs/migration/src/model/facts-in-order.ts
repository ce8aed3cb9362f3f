import type { Instant } from '#kernel';

/** A fact that the outside reported, with the key that breaks ties between facts of one moment (contract §4: source and id). */
export interface OutsideFact {
  readonly at: Instant;
  readonly key: string;
}

/**
 * Adds a fact to a list kept in order of occurrence, so that any order of arrival ends in the same list. A fact whose
 * key is there already is not added again.
 */
export function withFact<F extends OutsideFact>(facts: readonly F[], fact: F): readonly F[] {
  if (facts.some((known) => known.key === fact.key)) return facts;
  const after = facts.findIndex((known) => known.at > fact.at || (known.at === fact.at && known.key > fact.key));
  return after === -1 ? [...facts, fact] : [...facts.slice(0, after), fact, ...facts.slice(after)];
}
