import { z } from 'zod';
import { type Clock, type Instant, parseInstant } from '#kernel';
import type { ClockParticipant } from '#event-sourcing';

const shown = z.object({ mode: z.string(), nextDue: z.string().nullable() });

/**
 * A stand-in that runs alone has a clock of its own; a service on a driven clock moves it along, step by step, so that
 * what is due on either side happens in the order of time. `undefined` where nothing with such a clock answers.
 */
export async function remoteClockParticipant(url: string, clock: Clock): Promise<ClockParticipant | undefined> {
  const address = new URL('/control/clock', url);
  const ask = async (): Promise<z.output<typeof shown> | undefined> => {
    const answer = await fetch(address, { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? shown.parse(await answer.json()) : undefined;
  };
  const first = await ask().catch(() => undefined);
  if (first?.mode !== 'driven') return undefined;
  const nextDue = async (): Promise<Instant | undefined> => {
    const due = (await ask())?.nextDue;
    return due ? parseInstant(due) : undefined;
  };
  return {
    name: 'partner center simulator',
    nextDue,
    async settle() {
      const due = await nextDue();
      const late = due !== undefined && due <= clock.now();
      await fetch(address, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ to: clock.now() }) });
      return late;
    },
  };
}
