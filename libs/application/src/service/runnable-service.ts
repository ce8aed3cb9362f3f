import type { ClockParticipant } from '#event-sourcing';
import type { Registration } from '../customers/index.ts';
import type { Importing } from '../importing/index.ts';
import type { Intake } from '../intake/index.ts';
import type { Service } from './service.ts';

/** A service that is put together and not yet working. */
export interface RunnableService extends Service {
  readonly registration: Registration;
  readonly intake: Intake;
  readonly importing: Importing;
  /** Joins the driven clock with a part of the outside that shares it, in the order of the calls; before `start`. */
  joinClock(participant: ClockParticipant): void;
  /**
   * Takes up the work: to-dos, messages, imports that were left unfinished. Resolves after the first try: an engine that does
   * not answer is asked again in the background, and health says so.
   */
  start(): Promise<void>;
  /** Lets the parts that share a driven clock do what is due now. */
  settleSoon(): void;
  /** Stops intake, finishes what is in hand, and lets go; `abandon` ends the waiting. The engines are closed by whoever opened them. */
  stop(abandon?: AbortSignal): Promise<void>;
}
