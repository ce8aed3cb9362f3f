import assert from 'node:assert/strict';
import type { Decider, DomainEvent, Refusal } from '#kernel';

/** What is expected instead of events; without `detail`, any detail will do. */
export interface ExpectedRefusal<Code extends string> {
  readonly refused: Code;
  readonly detail?: string;
}

/** Every method asserts at once and throws when it does not hold. Not to be awaited: its `then` is no promise's. */
export interface Outcome<State, Event extends DomainEvent, Code extends string> {
  /** Exactly these events in this order, or this refusal. */
  then(...expected: readonly Event[] | readonly [ExpectedRefusal<Code>]): void;
  /** A legal no-op: neither events nor a refusal. */
  thenNothing(): void;
  /** The state after the events; fails on a refusal. */
  thenState(check: (state: State) => void): void;
  readonly events: readonly Event[];
  readonly refusal: Refusal<Code> | undefined;
}

export interface GivenWhenThen<Command, State, Event extends DomainEvent, Code extends string> {
  given(...history: readonly Event[]): { when(command: Command): Outcome<State, Event, Code> };
}

/** Tests of a decider in the words of its domain: `specify(decider).given(…).when(…).then(…)`. */
export function specify<Command, State, Event extends DomainEvent, Code extends string>(
  decider: Decider<Command, State, Event, Code>,
): GivenWhenThen<Command, State, Event, Code> {
  return {
    given: (...history) => ({
      when(command) {
        const before = history.reduce((state, event) => decider.evolve(state, event), decider.initialState);
        const decision = decider.decide(command, before);
        const events = decision.kind === 'events' ? decision.events : [];
        const refusal = decision.kind === 'refused' ? decision.refusal : undefined;
        return {
          events,
          refusal,
          then(...expected) {
            const expectedRefusal = (expected as readonly object[]).find(isExpectedRefusal);
            if (expectedRefusal) assertRefused(expectedRefusal, refusal, events);
            else assert.deepStrictEqual(refusal ?? events, expected);
          },
          thenNothing: () => assert.deepStrictEqual(refusal ?? events, []),
          thenState(check) {
            assert.equal(refusal, undefined);
            check(events.reduce((state, event) => decider.evolve(state, event), before));
          },
        };
      },
    }),
  };
}

function isExpectedRefusal(expected: object): expected is ExpectedRefusal<string> {
  return 'refused' in expected;
}

function assertRefused(expected: ExpectedRefusal<string>, refusal: Refusal | undefined, events: readonly DomainEvent[]): void {
  if (refusal === undefined) assert.deepStrictEqual(events, expected);
  assert.equal(refusal!.code, expected.refused);
  if (expected.detail !== undefined) assert.equal(refusal!.detail, expected.detail);
}
