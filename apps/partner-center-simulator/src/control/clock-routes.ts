import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseInstant, type Instant } from '#kernel';
import { isDuration, plusDuration } from '../time/durations.ts';
import { sendProblem } from './problem.ts';

export interface ControlledClock {
  /** `shared`: it belongs to the product in whose process this stand-in runs. */
  readonly mode: 'system' | 'driven' | 'shared';
  now(): Instant;
  nextDue(): Instant | null;
  /** Walks to a moment and does what is due on the way; `null` where this clock cannot be moved here. */
  readonly walkTo: ((end: Instant) => Promise<void>) | null;
}

const move = z.union([z.strictObject({ to: z.string() }), z.strictObject({ by: z.string() })]);

export function addClockRoutes(app: FastifyInstance, clock: ControlledClock): void {
  const shown = () => ({ mode: clock.mode, now: clock.now(), nextDue: clock.nextDue() });

  app.get('/control/clock', () => shown());

  app.put('/control/clock', async (request, reply) => {
    if (clock.walkTo === null) {
      return sendProblem(reply, {
        status: 409,
        code: 'clock-not-driven',
        detail: `This clock is ${clock.mode}: only a driven one of its own can be moved here.`,
      });
    }
    const body = move.safeParse(request.body);
    const end = body.success ? endOf(body.data, clock.now()) : undefined;
    if (end === undefined)
      return sendProblem(reply, { status: 400, code: 'bad-request', detail: 'Send {"to": <ISO time>} or {"by": "P3D"}.' });
    if (end < clock.now()) return sendProblem(reply, { status: 422, code: 'clock-backwards', detail: `It is ${clock.now()} already.` });
    await clock.walkTo(end);
    return shown();
  });
}

function endOf(body: z.output<typeof move>, now: Instant): Instant | undefined {
  if ('to' in body) return parseInstant(body.to);
  return isDuration(body.by) ? plusDuration(now, body.by) : undefined;
}
