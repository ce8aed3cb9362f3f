import { later, plusMs } from '#kernel';
import type { Clock, Instant, Position } from '#kernel';
import { backOffMs, chanceFrom } from './back-off.ts';
import type { BackOff } from './back-off.ts';
import type { Settlement, ToDo, ToDoFailure, ToDoHandler, ToDoResult } from './to-do.ts';

export interface AttemptOptions {
  readonly handlers: Readonly<Record<string, ToDoHandler>>;
  readonly clock: Clock;
  /** Resolves when the projection that derives the to-dos is at the position; rejects when the signal aborts. */
  readonly projectionReached: (position: Position, signal: AbortSignal) => Promise<void>;
  /** Issues a command that raises attention; returns its position. */
  readonly onExhausted: (toDo: ToDo, failure: ToDoFailure) => Promise<Position | undefined>;
  /** Failed attempts after which a person must look. Default 8. */
  readonly maxAttempts?: number;
  /** Default 30 s doubling to 6 h, in the time of the service's clock. */
  readonly backOff?: BackOff;
}

/**
 * Carries out one to-do and says how to settle it. What has been recorded is settled only once the projection has seen
 * it, else the row would be claimed again before it is taken away.
 */
export async function attempt(
  toDo: ToDo,
  signal: AbortSignal,
  options: AttemptOptions,
): Promise<{ result: ToDoResult; settlement: Settlement }> {
  const { clock, projectionReached, onExhausted, maxAttempts = 8 } = options;
  const result = await resultOf(toDo, signal, options);
  if (result.kind === 'again') return { result, settlement: waitUntil(result.at, clock.now(), toDo.attempts, result.reason) };

  let position: Position | undefined;
  if (result.kind === 'failed') {
    const failure = { code: result.code, detail: result.detail, attempts: toDo.attempts + 1 };
    if (failure.attempts < maxAttempts) return { result, settlement: backOff(toDo, failure, options) };
    try {
      position = await onExhausted(toDo, failure);
    } catch (error) {
      return { result, settlement: backOff(toDo, { ...failureOf(error), attempts: failure.attempts }, options) };
    }
  } else {
    position = result.position;
  }
  if (position !== undefined) await projectionReached(position, signal);
  return { result, settlement: { kind: 'done' } };
}

async function resultOf(toDo: ToDo, signal: AbortSignal, { handlers, clock }: AttemptOptions): Promise<ToDoResult> {
  const handler = handlers[toDo.kind];
  if (!handler)
    return { kind: 'failed', code: 'unknown-to-do-kind', detail: `no handler for ${toDo.kind}: start the release that knows it` };
  try {
    return await handler(toDo, { now: clock.now(), signal });
  } catch (error) {
    return { kind: 'failed', ...failureOf(error) };
  }
}

function failureOf(error: unknown): { code: string; detail: string } {
  if (!(error instanceof Error)) return { code: 'unexpected-error', detail: String(error) };
  const { code } = error as { code?: unknown };
  return { code: typeof code === 'string' ? code : 'unexpected-error', detail: error.message };
}

/** Exponential, with a spread that comes from the to-do itself: the same history gives the same times. */
function backOff(toDo: ToDo, failure: ToDoFailure, options: AttemptOptions): Settlement {
  const { clock, backOff: pace = { baseMs: 30_000, capMs: 6 * 3_600_000 } } = options;
  const now = clock.now();
  const ms = backOffMs(pace, failure.attempts, chanceFrom(`${toDo.id}:${failure.attempts}`));
  return waitUntil(plusMs(now, ms), now, failure.attempts, `${failure.code}: ${failure.detail}`);
}

/** Always later than now, or the work of one moment would have no end. */
function waitUntil(at: Instant, now: Instant, attempts: number, lastError: string): Settlement {
  return { kind: 'again', at: later(at, plusMs(now, 1)), attempts, lastError };
}
