import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ReceivedMessage } from '#messaging';
import { type EdgeForSpec, PARTNER, edgeForSpec, guidForSpec, registrationForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
let verdict: { ok: true } | { ok: false; status: 400 | 401; code: string; detail: string } = { ok: true };
let verified: Buffer | undefined;
let published: ReceivedMessage[] = [];
beforeAll(async () => {
  edge = await edgeForSpec({
    webhook: {
      verify: (_, rawBody) => {
        verified = rawBody;
        return Promise.resolve(verdict);
      },
    },
  });
  const topics = ['customer-relationships', 'original-subscriptions'];
  await edge.service.bus.consume({ group: 'spec', topics, handle: async (messages) => void published.push(...messages) });
});
beforeEach(() => {
  published = [];
});
afterAll(() => edge.close());

const CUSTOMER = guidForSpec(5_000);

function acceptance(id: string, changes: object = {}, data: object = {}) {
  return {
    specversion: '1.0',
    id,
    source: '/crm',
    type: 'cutover.customer.relationship-accepted.v1',
    data: { customerTenantId: CUSTOMER.toUpperCase(), partnerTenantId: PARTNER, occurredAt: '2026-11-20T10:00:00Z', ...data },
    ...changes,
  };
}

function post(payload: string | object, contentType: string, headers: Record<string, string> = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return edge.app.inject({ method: 'POST', url: '/v1/events', payload: body, headers: { 'content-type': contentType, ...headers } });
}

async function handedOver(many: number): Promise<ReceivedMessage[]> {
  while (published.length < many) await new Promise((resolve) => setImmediate(resolve));
  return published;
}

describe('POST /v1/events', () => {
  test('takes a structured event to its topic, keyed by the customer', async () => {
    const answer = await post(acceptance('a-1'), 'application/cloudevents+json; charset=utf-8');
    expect([answer.statusCode, answer.json()]).toEqual([202, { published: 1, parked: 0 }]);
    const [message] = await handedOver(1);
    expect(message).toMatchObject({ topic: 'customer-relationships', key: CUSTOMER });
    expect(JSON.parse(message!.value)).toEqual(acceptance('a-1'));
  });

  test('takes one in binary mode', async () => {
    const { data, ...attributes } = acceptance('b-1', { type: 'cutover.original.expired.v1' }, { subscriptionId: guidForSpec(1) });
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    const answer = await post(data, 'application/json', headers);
    expect(answer.json()).toEqual({ published: 1, parked: 0 });
    const [message] = await handedOver(1);
    expect(message).toMatchObject({ topic: 'original-subscriptions', key: CUSTOMER });
    expect(JSON.parse(message!.value)).toMatchObject({ id: 'b-1', source: '/crm', data });
  });

  test('parks what cannot be used, and applies the rest of its batch', async () => {
    const batch = [
      acceptance('c-1'),
      { any: 'thing' },
      acceptance('c-2', { type: 'cutover.unheard-of.v1' }, { customerTenantId: guidForSpec(5_001) }),
      acceptance('c-3', {}, { occurredAt: 'yesterday' }),
      acceptance('c-4'),
    ];
    const answer = await post(batch, 'application/cloudevents-batch+json');
    expect([answer.statusCode, answer.json()]).toEqual([202, { published: 2, parked: 3 }]);
    expect((await handedOver(2)).map(({ value }) => JSON.parse(value).id)).toEqual(['c-1', 'c-4']);
    await edge.caughtUp();
    const letters = (await edge.app.inject({ url: '/v1/dead-letters' })).json().items;
    expect(letters.map(({ reason }: { reason: string }) => reason).sort()).toEqual(['invalid-data', 'no-cloud-event', 'unknown-type']);
  });

  test.each([
    ['plain JSON', '{}', 'application/json', 415, 'no-cloud-event'],
    ['text', 'hello', 'text/plain', 415, 'no-cloud-event'],
    ['no JSON', '{', 'application/cloudevents+json', 400, 'not-json'],
    ['a batch that is no list', '{}', 'application/cloudevents-batch+json', 400, 'not-json'],
  ])('refuses %s', async (_, body, contentType, status, code) => {
    expect((await post(body, contentType)).json()).toMatchObject({ status, code });
  });

  test('refuses what is not UTF-8', async () => {
    const payload = Buffer.from('{"x":"ü"}', 'latin1');
    const answer = await edge.app.inject({
      method: 'POST',
      url: '/v1/events',
      payload,
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    expect(answer.json()).toMatchObject({ status: 400, code: 'encoding-broken' });
  });
});

describe('dead letters', () => {
  test('are replayed once what they lacked is there', async () => {
    const payload = registrationForSpec();
    const data = { customerTenantId: payload.customerTenantId };
    const early = acceptance('d-1', {}, data);
    await edge.intake.receive({ ok: true, event: early });
    await edge.caughtUp();
    const letters = (await edge.app.inject({ url: '/v1/dead-letters?limit=500' })).json().items;
    const letter = letters.find(({ message }: { message: { id: string } }) => message.id === 'd-1');
    expect(letter).toMatchObject({ key: payload.customerTenantId, reason: 'unknown-customer' });
    const replay = () => edge.app.inject({ method: 'POST', url: `/v1/dead-letters/${letter.id}/replay` });
    expect((await replay()).json()).toMatchObject({ applied: 0, waiting: 1, stoppedBy: { id: letter.id, reason: 'unknown-customer' } });
    const { id } = (await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload })).json();
    await edge.caughtUp();
    expect((await edge.app.inject({ url: `/v1/migrations/${id}` })).json()).toMatchObject({ stage: 'accepted' });
    expect((await replay()).json()).toMatchObject({ status: 404, code: 'message-not-parked' });
  });
});

describe('POST /v1/webhooks/partner-center', () => {
  const notice = { EventName: 'reseller-relationship-accepted-by-customer' };
  const post = (payload: string) =>
    edge.app.inject({ method: 'POST', url: '/v1/webhooks/partner-center', payload, headers: { 'content-type': 'application/json' } });

  test('has the body verified as it came, then takes it in', async () => {
    verdict = { ok: true };
    const body = `{ "eventName": "test-created",  "resourceUri": "https://api.partnercenter.microsoft.com/x", "resourceChangeUtcDate": "2026-11-20T10:00:00.1234567Z" }`;
    const answer = await post(body);
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }]);
    expect(verified?.toString()).toBe(body);
  });

  test('believes nobody without a signature', async () => {
    verdict = { ok: false, status: 401, code: 'signature-wrong', detail: 'The signature does not fit the body.' };
    expect((await post(JSON.stringify(notice))).json()).toMatchObject({ status: 401, code: 'signature-wrong' });
    verdict = { ok: false, status: 400, code: 'algorithm-missing', detail: 'The header is missing.' };
    expect((await post(JSON.stringify(notice))).json()).toMatchObject({ status: 400, code: 'algorithm-missing' });
  });

  test('refuses a body that is no notice', async () => {
    verdict = { ok: true };
    expect((await post('{')).json()).toMatchObject({ status: 400, code: 'webhook-not-json' });
    expect((await post('{}')).json()).toMatchObject({ status: 400, code: 'webhook-body-invalid' });
  });
});
