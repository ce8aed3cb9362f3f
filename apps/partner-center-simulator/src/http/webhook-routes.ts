import { z } from 'zod';
import { derivedId } from '#kernel';
import type { Registered } from '../deliveries/webhook-registration.ts';
import { WEBHOOK_EVENTS } from '../deliveries/webhook-registration.ts';
import type { World } from '../world.ts';
import { ApiFault } from './api-fault.ts';
import type { OutsideAnswer, OutsideCall, OutsideRoute } from './outside-route.ts';

const body = z.object({
  webhookUrl: z.url({ protocol: /^https?$/ }),
  webhookEvents: z.array(z.string()).min(1),
  signatureTokenToMsSignatureHeader: z.boolean().nullish(),
});

/** The one webhook registration of the partner (facts §3.1). */
export function webhookRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'partner-center', token: 'any', limit: null } as const;
  const { webhookRegistration: registration } = world;
  const path = '/webhooks/v1/registration';
  return [
    { ...shared, method: 'GET', path: `${path}/events`, handle: () => ({ status: 200, body: WEBHOOK_EVENTS }) },
    {
      ...shared,
      method: 'GET',
      path,
      handle: () => ({ status: 200, body: registered(world, registration.get() ?? notRegistered()) }),
    },
    {
      ...shared,
      method: 'POST',
      path,
      handle: (call) => {
        if (registration.get()) throw new ApiFault(409, 1003, 'There is a registration already. Replace it with PUT.');
        return register(world, call);
      },
    },
    { ...shared, method: 'PUT', path, handle: (call) => register(world, call) },
    { ...shared, method: 'POST', path: `${path}/validationEvents`, limit: 'validation-events', handle: (call) => validate(world, call) },
    {
      ...shared,
      method: 'GET',
      path: `${path}/validationEvents/:correlation`,
      handle: (call) => ({ status: 200, body: validation(world, call) }),
    },
  ];
}

function register(world: World, call: OutsideCall): OutsideAnswer {
  const parsed = body.safeParse(call.body);
  if (!parsed.success) throw new ApiFault(400, 800002, `The registration is not understood: ${z.prettifyError(parsed.error)}`);
  const { webhookUrl, webhookEvents, signatureTokenToMsSignatureHeader } = parsed.data;
  const next: Registered = { webhookUrl, webhookEvents, signatureTokenToMsSignatureHeader: signatureTokenToMsSignatureHeader ?? false };
  world.webhookRegistration.set(next);
  return { status: 200, body: registered(world, next) };
}

function registered(world: World, { webhookUrl, webhookEvents }: Registered): object {
  return { SubscriberId: derivedId('subscriber', world.partner.tenantId), WebhookUrl: webhookUrl, WebhookEvents: webhookEvents };
}

function notRegistered(): never {
  throw new ApiFault(404, 1000, 'There is no registration.');
}

function validate(world: World, call: OutsideCall): OutsideAnswer {
  if (!world.webhookRegistration.wants('test-created')) throw new ApiFault(400, 1001, 'Register for test-created first.');
  const correlationId = derivedId('validation', String(call.ordinal), call.at);
  world.db.run('INSERT INTO validation_events (id, at) VALUES (?, ?)', correlationId, call.at);
  world.webhookNotices.test(correlationId, call.at);
  return { status: 200, body: { correlationId } };
}

function validation(world: World, call: OutsideCall): object {
  const correlationId = call.params.correlation!;
  if (!world.db.get('SELECT 1 FROM validation_events WHERE id = ?', correlationId))
    throw new ApiFault(404, 1000, 'There is no such validation event.');
  const attempts = world.outbox.attemptsOf('test-created', correlationId);
  return {
    correlationId,
    partnerId: world.partner.tenantId,
    status: attempts.length > 0 ? 'completed' : 'pending',
    callbackUrl: world.webhookRegistration.get()?.webhookUrl ?? null,
    results: attempts.map(({ at, status, problem }) => ({
      responseCode: status === null ? 'NoAnswer' : status < 300 ? 'OK' : String(status),
      responseMessage: '',
      systemError: problem !== null,
      dateTimeUtc: at,
    })),
  };
}
