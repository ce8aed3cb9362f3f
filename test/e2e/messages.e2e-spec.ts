import { describe, expect, test } from '@jest/globals';
import type { Page } from './caller.ts';
import { type Customer, customer, guidOf, original, registrationOf } from './customers.ts';
import { runningProduct } from './running-product.ts';
import type { World } from './world.ts';

const running = runningProduct({ PARTNER_TENANT_ID: guidOf('partner') });
const PARTNER = guidOf('partner');
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

interface DeadLetter {
  readonly id: string;
  readonly reason: string;
  readonly detail: string;
  readonly message: unknown;
}

function relationship(
  id: string,
  change: 'accepted' | 'declined' | 'removed',
  of: Customer,
  occurredAt: string,
  partnerTenantId = PARTNER,
): Record<string, unknown> {
  const type = `cutover.customer.relationship-${change}.v1`;
  return {
    specversion: '1.0',
    id,
    source: 'urn:test:upstream',
    type,
    time: occurredAt,
    data: { customerTenantId: of.tenant, partnerTenantId, occurredAt },
  };
}

function originalEvent(id: string, change: string, of: Customer, occurredAt: string, more: object = {}): Record<string, unknown> {
  const data = { customerTenantId: of.tenant, subscriptionId: of.originals[0]!.subscriptionId, occurredAt, ...more };
  return { specversion: '1.0', id, source: 'urn:test:upstream', type: `cutover.original.${change}.v1`, time: occurredAt, data };
}

async function publish(world: World, event: unknown, headers: Readonly<Record<string, string>> = STRUCTURED): Promise<number> {
  return (await world.ask('POST', '/v1/events', { body: event, headers })).status;
}

async function waitingOf(world: World, of: Customer): Promise<readonly DeadLetter[]> {
  return (await world.all<DeadLetter>('/v1/dead-letters')).filter(({ message }) => JSON.stringify(message).includes(of.tenant));
}

async function silent(
  world: World,
  name: string,
  more: Partial<Customer> = {},
): Promise<{ of: Customer; id: string; at: (hours: number) => string }> {
  const of = customer(name, { invitation: 'silent', originals: [original(name, { termEnd: await world.dayIn(60) })], ...more });
  const { id } = await world.register(of);
  await world.advance('P1D');
  const start = Date.parse(await world.now());
  return { of, id, at: (hours) => new Date(start - 10 * 3_600_000 + hours * 3_600_000).toISOString() };
}

describe('events that come in', () => {
  test('structured, binary and batched ones all act, and the acceptance is dated by what happened', async () => {
    const world = running();
    const one = await silent(world, 'Structured');
    expect(await publish(world, relationship('s1', 'accepted', one.of, one.at(1)))).toBe(202);
    const two = await silent(world, 'Binary');
    const { data, ...attributes } = relationship('s2', 'accepted', two.of, two.at(1));
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]));
    expect(await publish(world, data, { ...headers, 'content-type': 'application/json' })).toBe(202);
    const three = await silent(world, 'Batched');
    expect(await publish(world, [relationship('s3', 'accepted', three.of, three.at(1))], BATCH)).toBe(202);
    await world.advance('PT1M');
    expect(await world.migration(one.id)).toMatchObject({ stage: 'accepted', invitation: { acceptedAt: one.at(1) } });
    expect(await world.migration(two.id)).toMatchObject({ stage: 'accepted', invitation: { acceptedAt: two.at(1) } });
    expect(await world.migration(three.id)).toMatchObject({ stage: 'accepted', invitation: { acceptedAt: three.at(1) } });
  });

  test('any order and any repetition lead to where the true order leads', async () => {
    const world = running();
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0, 1, 0, 2, 2],
    ];
    const ends: unknown[] = [];
    for (const [index, order] of orders.entries()) {
      const { of, id, at } = await silent(world, `Shuffled ${index}`);
      const events = [
        relationship(`${index}a`, 'declined', of, at(1)),
        relationship(`${index}b`, 'accepted', of, at(2)),
        relationship(`${index}c`, 'removed', of, at(3)),
      ];
      for (const each of order) expect(await publish(world, events[each])).toBe(202);
      await world.advance('PT1M');
      const { stage, needsAttention, invitation } = await world.migration(id);
      ends.push({ stage, code: needsAttention?.code, acceptedAfter: Date.parse(invitation.acceptedAt!) - Date.parse(at(0)) });
    }
    expect(ends[0]).toMatchObject({ stage: 'accepted', code: 'relationship-removed', acceptedAfter: 2 * 3_600_000 });
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  });

  test('the same event five times is told once', async () => {
    const world = running();
    const { of, id, at } = await silent(world, 'Repeated');
    const accepted = relationship('five', 'accepted', of, at(1));
    expect(await Promise.all(Array.from({ length: 5 }, () => publish(world, accepted)))).toEqual([202, 202, 202, 202, 202]);
    await world.advance('PT1M');
    expect(await world.told(id, 'migration.accepted.v1')).toHaveLength(1);
  });

  test('one for a customer that is not known yet waits, and acts at its registration', async () => {
    const world = running();
    const early = customer('Early Message', {
      invitation: 'silent',
      originals: [original('early message', { termEnd: await world.dayIn(60) })],
    });
    const occurredAt = new Date(Date.parse(await world.now()) - 60_000).toISOString();
    expect(await publish(world, relationship('early', 'accepted', early, occurredAt))).toBe(202);
    await world.eventually('the message waits', async () => (await waitingOf(world, early)).length === 1);
    const { id } = await world.register(early);
    await world.advance('PT1M');
    expect(await waitingOf(world, early)).toEqual([]);
    expect(await world.migration(id)).toMatchObject({ stage: 'accepted', invitation: { acceptedAt: occurredAt } });
    expect(await world.mails(early)).toEqual([]);
  });

  test('one for another partner is parked and holds nothing up', async () => {
    const world = running();
    const { of, id, at } = await silent(world, 'Two Partners');
    await publish(world, relationship('foreign', 'accepted', of, at(1), guidOf('another partner')));
    await world.eventually('it is parked', async () => (await waitingOf(world, of)).length === 1);
    expect((await world.migration(id)).stage).toBe('requested');
    await publish(world, relationship('ours', 'accepted', of, at(2)));
    await world.advance('PT1M');
    expect((await world.migration(id)).stage).toBe('accepted');
    expect((await waitingOf(world, of)).map(({ reason }) => reason)).toEqual(['other-partner']);
  });

  test('of a batch what can be used acts; an unknown type, broken data and what is no event are parked', async () => {
    const world = running();
    const good = await silent(world, 'Good Of Batch');
    const bad = customer('Bad Of Batch');
    const events = [
      { ...relationship('b1', 'accepted', bad, good.at(1)), type: 'cutover.customer.moved-to-mars.v1' },
      {
        ...relationship('b2', 'accepted', bad, good.at(1)),
        data: { customerTenantId: bad.tenant, partnerTenantId: PARTNER, occurredAt: '2026-02-30T00:00:00Z' },
      },
      { hello: bad.tenant },
      relationship('b3', 'accepted', good.of, good.at(1)),
      42,
    ];
    expect(await publish(world, events, BATCH)).toBe(202);
    await world.advance('PT1M');
    expect((await world.migration(good.id)).stage).toBe('accepted');
    const parked = await waitingOf(world, bad);
    expect(parked.map(({ reason }) => reason).sort()).toEqual(expect.arrayContaining(['unknown-type']));
    expect(parked).toHaveLength(3);
  });

  test('what is no CloudEvent at all is refused as a problem', async () => {
    const world = running();
    expect(await publish(world, '{', STRUCTURED)).toBe(400);
    expect(await publish(world, { a: 1 }, { 'content-type': 'application/json' })).toBe(415);
    expect(await publish(world, 'hello', { 'content-type': 'text/plain' })).toBe(415);
  });

  test('an original that is reported renewed, cancelled or extended is shown so', async () => {
    const world = running();
    const { of, id, at } = await silent(world, 'Reported');
    await publish(world, originalEvent('r1', 'renewed', of, at(1), { termEnd: await world.dayIn(425) }));
    await world.advance('PT1M');
    expect((await world.migration(id)).lineItems[0]!.original).toMatchObject({ state: 'renewed', termEnd: await world.dayIn(425) });
    await publish(world, originalEvent('r2', 'cancelled', of, at(2)));
    await world.advance('PT1M');
    expect((await world.migration(id)).lineItems[0]!.original).toMatchObject({ state: 'cancelled', endedAt: at(2) });
  });
});

describe('messages that wait', () => {
  test('keep the order of what follows them, and are replayed', async () => {
    const world = running();
    const waiting = customer('Waiting', { invitation: 'silent', originals: [original('waiting', { termEnd: await world.dayIn(60) })] });
    const at = (hours: number) => new Date(Date.parse('2026-12-01T00:00:00Z') + hours * 3_600_000).toISOString();
    await publish(world, relationship('w1', 'accepted', waiting, at(1)));
    await publish(world, relationship('w2', 'removed', waiting, at(2)));
    await world.eventually('both wait', async () => (await waitingOf(world, waiting)).length === 2);
    const [first] = await waitingOf(world, waiting);
    const still = await world.ask<{ applied: number; waiting: number; stoppedBy: { reason: string } }>(
      'POST',
      `/v1/dead-letters/${first!.id}/replay`,
      { body: {} },
    );
    expect(still).toMatchObject({ status: 200, body: { applied: 0, waiting: 2 } });
    expect(await world.ask('POST', `/v1/dead-letters/${guidOf('nothing waits')}/replay`)).toMatchObject({ status: 404 });
    const { id } = (await world.ask<{ id: string }>('POST', '/v1/migrations', { body: registrationOf(waiting) })).body;
    await world.advance('PT1M');
    expect(await waitingOf(world, waiting)).toEqual([]);
    expect(await world.migration(id)).toMatchObject({ stage: 'accepted', needsAttention: { code: 'relationship-removed' } });
  });

  test('are listed page by page', async () => {
    const world = running();
    const first = await world.get<Page<DeadLetter>>('/v1/dead-letters?limit=1');
    expect(first.items).toHaveLength(1);
    const second = await world.get<Page<DeadLetter>>(`/v1/dead-letters?limit=1&cursor=${encodeURIComponent(first.nextCursor!)}`);
    expect(second.items[0]!.id).not.toBe(first.items[0]!.id);
  });
});

describe("Partner Center's webhook", () => {
  test('without a right signature changes nothing and is refused', async () => {
    const world = running();
    const { of, id } = await silent(world, 'Forged');
    const notice = {
      EventName: 'reseller-relationship-accepted-by-customer',
      ResourceUri: `https://api.partnercenter.microsoft.com/v1/customers/${of.tenant}`,
      ResourceName: 'customer',
      AuditUri: null,
      ResourceChangeUtcDate: await world.now(),
    };
    const bare = await world.ask<{ code: string }>('POST', '/v1/webhooks/partner-center', { body: notice });
    expect(bare.status).toBe(401);
    const signed = await world.ask<{ code: string }>('POST', '/v1/webhooks/partner-center', {
      body: notice,
      headers: {
        authorization: 'Signature AAAA',
        'x-ms-certificate-url': 'https://evil.example/cert',
        'x-ms-signature-algorithm': 'rsa-sha256',
      },
    });
    expect([400, 401]).toContain(signed.status);
    await world.advance('PT1M');
    expect((await world.migration(id)).stage).toBe('requested');
  });
});
