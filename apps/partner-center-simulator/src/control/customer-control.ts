import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { parseGuid } from '#kernel';
import { parseCustomerDescription } from '../customers/customer-description.ts';
import type { World } from '../world.ts';
import { sendProblem } from './problem.ts';

interface Route {
  Params: { tenantId: string };
}

const cancelled = z.strictObject({ subscriptionId: z.string().min(1).optional() });
const nothing = z.strictObject({});

export function addCustomerControl(app: FastifyInstance, world: World, { runDue }: { readonly runDue: () => Promise<void> }): void {
  app.put<Route>('/control/customers/:tenantId', async (request, reply) => {
    const tenant = parseGuid(request.params.tenantId);
    if (tenant === undefined) return notAGuid(reply, request.params.tenantId);
    const described = parseCustomerDescription(request.body ?? {});
    if ('faults' in described) {
      const detail = described.faults.map(({ pointer, hint }) => `${pointer}: ${hint}`).join('; ');
      return sendProblem(reply, { status: 400, code: 'bad-description', detail, errors: described.faults });
    }
    world.register.describe(tenant, described.customer, world.clock.now());
    await runDue();
    return customerState(world, tenant);
  });

  app.get<Route>('/control/customers/:tenantId', (request, reply) => {
    const tenant = parseGuid(request.params.tenantId);
    if (tenant === undefined || !world.customers.find(tenant)) return unknownCustomer(reply, request.params.tenantId);
    return reply.send(customerState(world, tenant));
  });

  const acts = {
    accept: (tenant: string) => world.relationships.accept(tenant, world.clock.now()),
    decline: (tenant: string) => world.relationships.decline(tenant, world.clock.now()),
    'remove-relationship': (tenant: string) => world.relationships.remove(tenant, world.clock.now()),
  };
  for (const [name, act] of Object.entries(acts)) {
    app.post<Route>(`/control/customers/:tenantId/${name}`, async (request, reply) => {
      const tenant = parseGuid(request.params.tenantId);
      if (tenant === undefined || !world.customers.find(tenant)) return unknownCustomer(reply, request.params.tenantId);
      if (!nothing.safeParse(request.body ?? {}).success)
        return sendProblem(reply, { status: 400, code: 'unknown-field', detail: 'This takes no body.' });
      if (!world.db.transaction(() => act(tenant))) {
        return sendProblem(reply, {
          status: 409,
          code: 'nothing-to-do',
          detail: `${name} changes nothing for this customer as it is now.`,
        });
      }
      await runDue();
      return customerState(world, tenant);
    });
  }

  app.post<Route>('/control/customers/:tenantId/cancel-original', async (request, reply) => {
    const tenant = parseGuid(request.params.tenantId);
    if (tenant === undefined || !world.customers.find(tenant)) return unknownCustomer(reply, request.params.tenantId);
    const body = cancelled.safeParse(request.body ?? {});
    if (!body.success) return sendProblem(reply, { status: 400, code: 'bad-request', detail: z.prettifyError(body.error) });
    const { subscriptionId } = body.data;
    const which = subscriptionId === undefined ? null : (parseGuid(subscriptionId) ?? subscriptionId);
    const done = world.db.transaction(() => world.originalLife.cancel(tenant, which, world.clock.now()));
    if (done.length === 0) return sendProblem(reply, { status: 409, code: 'nothing-to-do', detail: 'No such original is running.' });
    await runDue();
    return customerState(world, tenant);
  });
}

function customerState(world: World, tenant: string): object {
  return { ...world.customers.find(tenant), described: world.register.isDescribed(tenant), originals: world.originals.of(tenant) };
}

function notAGuid(reply: FastifyReply, text: string): FastifyReply {
  return sendProblem(reply, { status: 400, code: 'bad-tenant-id', detail: `${text} is not a GUID.` });
}

function unknownCustomer(reply: FastifyReply, text: string): FastifyReply {
  return sendProblem(reply, {
    status: 404,
    code: 'unknown-customer',
    detail: `Nobody has described customer ${text}, and no mail has come for it.`,
  });
}
