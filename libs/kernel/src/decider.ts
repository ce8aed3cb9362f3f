import type { DomainEvent } from './event.ts';

/** Why the rules forbid a command: a value, not an exception. `code` is stable; `detail` says what to do next. */
export interface Refusal<Code extends string = string> {
  readonly code: Code;
  readonly detail: string;
}

/** Zero events is a legal outcome: the command changes nothing. */
export type Decision<Event extends DomainEvent, Code extends string = string> =
  { readonly kind: 'events'; readonly events: readonly Event[] } | { readonly kind: 'refused'; readonly refusal: Refusal<Code> };

export interface Decider<Command, State, Event extends DomainEvent, Code extends string = string> {
  readonly initialState: State;
  decide(command: Command, state: State): Decision<Event, Code>;
  /** Adds one recorded event to the state. Never throws, never refuses: history has happened. */
  evolve(state: State, event: Event): State;
}

export function accept<Event extends DomainEvent>(...events: readonly Event[]): Decision<Event, never> {
  return { kind: 'events', events };
}

export function refuse<Code extends string>(code: Code, detail: string): Decision<never, Code> {
  return { kind: 'refused', refusal: { code, detail } };
}
