import { type ResolvedEvent, StreamNotFoundError, type StreamingRead } from '@eventstore/db-client';

/**
 * Everything that a read brings. The client gives reads no deadline: here one ends when nothing has come for so long.
 * `stalled` makes the error.
 */
export async function collected<Event extends ResolvedEvent>(
  read: StreamingRead<Event>,
  stallMs: number,
  stalled: () => Error,
): Promise<Event[]> {
  // For as long as the read exists: an error that comes when nobody iterates would end the process.
  read.on('error', () => undefined);
  const timer = setTimeout(() => read.destroy(stalled()), stallMs);
  const events: Event[] = [];
  let ended = false;
  try {
    for await (const event of read as AsyncIterable<Event>) {
      events.push(event);
      timer.refresh();
    }
    ended = true;
    return events;
  } catch (error) {
    ended = error instanceof StreamNotFoundError;
    throw error;
  } finally {
    clearTimeout(timer);
    if (!ended) void read.cancel().catch(() => undefined);
  }
}
