import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import type { ApiClient } from './api-client.ts';
import { ProblemAnswer } from './problem.ts';

export interface LiveEventsOptions {
  readonly api: ApiClient;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  /** Told when the connection is lost, and when it stands again. */
  readonly onConnection: (state: 'lost' | 'back') => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * The service's server-sent events, without end: a lost connection is taken up again after the last event that came. That
 * the service does not answer is an error only while it has never answered.
 */
export async function* liveEvents({
  api,
  signal,
  pause,
  onConnection,
}: LiveEventsOptions): AsyncGenerator<EventSourceMessage, void, undefined> {
  let lastEventId: string | undefined;
  let first = FIRST_WAIT_MS;
  let wait = first;
  let connected = false;
  let lost = false;
  const ended = (): boolean => signal.aborted;
  while (!ended()) {
    try {
      const response = await api.open('/v1/stream', {
        signal,
        headers: { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
      });
      if (lost) onConnection('back');
      connected = true;
      lost = false;
      const events = response
        .body!.pipeThrough(new TextDecoderStream())
        .pipeThrough(
          new EventSourceParserStream({ onRetry: (ms) => (first = Math.min(ms, LONGEST_WAIT_MS)), onId: (id) => (lastEventId = id) }),
        );
      for await (const event of events) {
        wait = first;
        yield event;
      }
    } catch (error) {
      if (ended()) return;
      if (!connected || !passes(error)) throw error;
    }
    if (ended()) return;
    if (!lost) onConnection('lost');
    lost = true;
    await pause(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Whatever breaks a connection passes, and so does a service that is just starting again; a refusal does not. */
function passes(error: unknown): boolean {
  return !(error instanceof ProblemAnswer && error.problem.status < 500);
}
