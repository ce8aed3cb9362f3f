import { describe, expect, test } from '@jest/globals';
import type { IncomingEvent } from '#messaging';
import { migrationViewOf, type Migration } from '#migration';
import { CUSTOMER, NOW, ORIGINAL, PARTNER, customer, incoming, line, original, relationship, setUp } from './intake-for-spec.ts';

function viewOf(migration: Migration | undefined) {
  return migration && migrationViewOf(migration, { updatedAt: NOW, version: 0 }, NOW);
}

function permutations<T>(items: readonly T[]): T[][] {
  return items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) => permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]));
}

describe('messages', () => {
  test('an acceptance acts once, with its own time and its source', async () => {
    const { intake, register, latest, store } = setUp();
    await register();
    expect(await intake.receive(relationship('e1', 'accepted', '2026-12-05T10:00:00Z'))).toBe('applied');
    expect(await intake.receive(relationship('e1', 'accepted', '2026-12-05T10:00:00Z'))).toBe('duplicate');
    expect(viewOf(await latest())).toMatchObject({ stage: 'accepted', invitation: { acceptedAt: '2026-12-05T10:00:00.000Z' } });
    const accepted = (await store.readAll()).find(({ type }) => type === 'migration.accepted.v1');
    expect(accepted).toMatchObject({
      metadata: { actor: 'message:urn:upstream', occurredAt: '2026-12-05T10:00:00.000Z' },
      data: { key: 'urn:upstream e1' },
    });
  });

  test('any order and any repetition, before and after registration, ends in the same view', async () => {
    const messages = [
      relationship('a', 'declined', '2026-12-02T00:00:00Z'),
      relationship('b', 'accepted', '2026-12-03T00:00:00Z'),
      relationship('c', 'removed', '2026-12-04T00:00:00Z'),
      original('d', 'renewed', '2026-12-05T00:00:00Z', { termEnd: '2027-12-31' }),
      original('e', 'cancelled', '2026-12-06T00:00:00Z'),
    ];
    let expected: unknown;
    for (const [turn, order] of permutations(messages).entries()) {
      const { intake, register, latest, waitingOf } = setUp();
      const before = turn % (messages.length + 1);
      for (const message of order.slice(0, before)) expect(await intake.receive(message)).toBe('parked');
      await register();
      for (const message of [...order.slice(before), order[turn % order.length]!]) await intake.receive(message);
      expect(await waitingOf(CUSTOMER)).toEqual([]);
      const view = viewOf(await latest());
      expected ??= view;
      expect(view).toEqual(expected);
    }
    expect(expected).toMatchObject({
      stage: 'accepted',
      needsAttention: { code: 'relationship-removed' },
      lineItems: [{ original: { state: 'cancelled' } }],
    });
  });

  test.each<[string, IncomingEvent, string]>([
    ['an unknown type', incoming('x', 'customer.relationship-imagined', { partnerTenantId: PARTNER, occurredAt: NOW }), 'unknown-type'],
    ['data that is not as agreed', relationship('x', 'accepted', 'yesterday'), 'invalid-data'],
    [
      'an original nobody registered',
      incoming('x', 'original.expired', { subscriptionId: '99999999-9999-4999-8999-999999999999', occurredAt: NOW }),
      'unknown-original',
    ],
    ['poison', { ok: false, payload: { data: { customerTenantId: CUSTOMER } }, detail: 'poison' }, 'no-cloud-event'],
  ])('%s is parked with its reason, and holds nothing else of the customer up', async (_, unusable, reason) => {
    const { intake, register, latest, waitingIn } = setUp();
    await register();
    expect(await intake.receive(unusable)).toBe('parked');
    expect(await intake.receive(relationship('e2', 'accepted', '2026-12-05T10:00:00Z'))).toBe('applied');
    expect(viewOf(await latest())?.stage).toBe('accepted');
    const [first, ...others] = await waitingIn();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ reason });
    expect(await intake.replay(first!.messageId)).toMatchObject({ applied: 0, waiting: 1 });
    expect(await intake.messages.discard(first!.message.key, first!.messageId, 'person:spec', 'of no use')).toBe(true);
    expect(await waitingIn()).toEqual([]);
  });

  test('messages of one original wait in their order until it is registered', async () => {
    const { intake, register, waitingIn } = setUp();
    await register();
    const of = '99999999-9999-4999-8999-999999999999';
    await intake.receive(incoming('a', 'original.renewed', { subscriptionId: of, occurredAt: NOW }));
    await intake.receive(incoming('b', 'original.expired', { subscriptionId: of, occurredAt: NOW }));
    expect((await waitingIn()).map((parked) => parked.reason)).toEqual(['unknown-original', 'behind-parked-message']);
  });

  test('a message for another partner waits aside and holds nothing up', async () => {
    const { intake, register } = setUp();
    await register();
    expect(await intake.receive(relationship('x', 'accepted', NOW, '77777777-7777-4777-8777-777777777777'))).toBe('parked');
    expect(await intake.receive(relationship('y', 'accepted', NOW))).toBe('applied');
  });

  test('what names no customer waits alone', async () => {
    const { intake, register, waitingIn } = setUp();
    await register();
    expect(await intake.receive({ ok: false, payload: 'poison', detail: 'poison' })).toBe('parked');
    expect(await waitingIn()).toHaveLength(1);
  });

  test('an original that is added later lets its messages through', async () => {
    const { intake, register, registration, waitingIn, latest } = setUp();
    await register('c1', [{ ...line, originalSubscriptionId: '99999999-9999-4999-8999-999999999999' }]);
    await intake.receive(original('d', 'expired', NOW));
    expect(await waitingIn()).toHaveLength(1);
    const row = {
      row: 1,
      line: 2,
      customerTenantId: CUSTOMER,
      customerName: 'Contoso',
      customerDomain: 'contoso.com',
      country: 'US',
      original: { ...line, target: undefined },
    };
    const { target: _, ...plain } = row.original;
    expect(await registration.importTarget('i1', false).register(row, [{ ...row, original: plain }])).toMatchObject([
      { outcome: 'accepted' },
    ]);
    expect(await waitingIn()).toEqual([]);
    expect((await latest())?.lines.find(({ originalSubscriptionId }) => originalSubscriptionId === ORIGINAL)?.originalFacts).toMatchObject([
      { kind: 'expired' },
    ]);
  });

  test('a late copy does not act on a migration that began after it', async () => {
    const { intake, register, request, registration, commands, latest } = setUp();
    const first = await register();
    await request();
    await intake.receive(relationship('e1', 'declined', NOW));
    const second = await registration.register({ ...customer, lines: [line] }, { commandId: 'c2', actor: 'person:spec' });
    expect(second).toMatchObject({ kind: 'registered' });
    expect(first.kind === 'registered' && second.kind === 'registered' && first.migrationId !== second.migrationId).toBe(true);
    expect(await intake.receive(relationship('e1', 'declined', NOW))).toBe('duplicate');
    expect(viewOf(await latest())?.stage).toBe('registered');
    expect(commands).toBeDefined();
  });

  test("Partner Center's notice of an acceptance is one message however often it comes; other notices are none", async () => {
    const { intake, register, latest } = setUp();
    await register();
    const notice = {
      ok: true,
      eventName: 'reseller-relationship-accepted-by-customer',
      customerTenantId: CUSTOMER,
      occurredAt: NOW,
      dedupeKey: 'k1',
    } as const;
    expect(await intake.receiveWebhook(notice)).toBe('applied');
    expect(await intake.receiveWebhook(notice)).toBe('duplicate');
    expect(await intake.receiveWebhook({ ...notice, eventName: 'subscription-updated' })).toMatchObject({ ignored: expect.any(String) });
    expect(viewOf(await latest())?.stage).toBe('accepted');
  });
});
