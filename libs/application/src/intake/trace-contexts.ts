import { LRUCache } from 'lru-cache';
import { parkedMessageId } from '#event-sourcing';
import { type IncomingEvent, type TraceContext, traceContextOf } from '#messaging';

const REMEMBERED = 10_000;

/**
 * The traces of the messages that came in last, by the id under which their commands are recorded: so that what goes out
 * because of one can go on with its trace. Kept in memory only: a trace is worth no change of what the log holds, and
 * one that a restart breaks off is no loss to anybody's data.
 */
export class TraceContexts {
  readonly #byCausationId = new LRUCache<string, TraceContext>({ max: REMEMBERED });

  /** `headers`: of the message that carried the event. */
  remember(incoming: IncomingEvent, headers: Readonly<Record<string, string>>): void {
    if (!incoming.ok) return;
    const trace = traceContextOf(incoming.event, headers);
    if (trace) this.#byCausationId.set(parkedMessageId(incoming.event), trace);
  }

  of(causationId: string): TraceContext | undefined {
    return this.#byCausationId.get(causationId);
  }
}
