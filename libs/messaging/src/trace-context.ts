/** Where in somebody's trace a message belongs (W3C Trace Context; CloudEvents distributed tracing extension). */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const LONGEST_TRACESTATE = 512;

/** The trace of an event that came in: its own attributes, else the headers of what carried it. What is no trace is nobody's loss. */
export function traceContextOf(...carriers: readonly Readonly<Record<string, unknown>>[]): TraceContext | undefined {
  for (const { traceparent, tracestate } of carriers) {
    if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) continue;
    const usable = typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= LONGEST_TRACESTATE;
    return { traceparent, ...(usable && { tracestate }) };
  }
  return undefined;
}
