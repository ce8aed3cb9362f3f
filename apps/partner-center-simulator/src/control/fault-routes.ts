import type { FastifyInstance } from 'fastify';
import { isFaultName, type FaultName } from '../faults/fault-list.ts';
import type { World } from '../world.ts';
import { sendProblem } from './problem.ts';

export function addFaultRoutes(app: FastifyInstance, world: World): void {
  app.get('/control/faults', () => world.faults.list());

  app.put('/control/faults', (request, reply) => {
    const { body } = request;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      return sendProblem(reply, { status: 400, code: 'bad-request', detail: 'Send an object of fault names and rates from 0 to 1.' });
    }
    const rates = new Map<FaultName, number>();
    const errors: { pointer: string; code: string; hint: string }[] = [];
    for (const [name, rate] of Object.entries(body) as [string, unknown][]) {
      if (!isFaultName(name)) errors.push({ pointer: `/${name}`, code: 'unknown-fault', hint: 'GET /control/faults lists the names' });
      else if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1))
        errors.push({ pointer: `/${name}`, code: 'bad-rate', hint: 'a number from 0 to 1' });
      else rates.set(name, rate);
    }
    if (errors.length > 0) {
      const detail = errors.map(({ pointer, hint }) => `${pointer}: ${hint}`).join('; ');
      return sendProblem(reply, { status: 400, code: 'bad-faults', detail, errors });
    }
    world.faults.set(rates);
    return reply.send(world.faults.list());
  });
}
