import { describe, expect, test } from '@jest/globals';
import { SKUS, customer, original } from './customers.ts';
import { runningProduct } from './running-product.ts';

const running = runningProduct();

describe('hold and resume', () => {
  test('on hold nothing is sent or bought; resumed, it goes on', async () => {
    const world = running();
    const held = customer('Held', { originals: [original('held', { termEnd: await world.dayIn(20) })] });
    const { id } = await world.register(held);
    await world.advance('P3D');
    expect(await world.command(id, 'hold', { reason: 'Budget is frozen' })).toMatchObject({
      onHold: true,
      stage: 'accepted',
      hold: { reason: 'Budget is frozen' },
    });
    expect(await world.refusal(id, 'provision')).toBe('on-hold');
    await world.advance('P16D');
    expect(await world.ledgerOf(held, 'cart')).toEqual([]);
    expect((await world.migration(id)).risk).not.toBe('none');
    expect(await world.command(id, 'resume')).toMatchObject({ onHold: false });
    expect(await world.refusal(id, 'resume')).toBe('not-on-hold');
    await world.advance('P5D');
    expect((await world.migration(id)).stage).toBe('completed');
    const kinds = (await world.told(id, 'migration.held.v1', 'migration.resumed.v1')).map(({ type, actor }) => [type, actor]);
    expect(kinds).toEqual([
      ['migration.held.v1', 'person:anonymous'],
      ['migration.resumed.v1', 'person:anonymous'],
    ]);
  });

  test('a hold until a moment resumes by itself', async () => {
    const world = running();
    const held = customer('Held Until', { originals: [original('held until', { termEnd: await world.dayIn(40) })] });
    const { id } = await world.register(held);
    const past = new Date(Date.parse(await world.now()) - 1000).toISOString();
    expect(await world.refusal(id, 'hold', { reason: 'wait', until: past })).toBe('hold-until-past');
    await world.command(id, 'hold', { reason: 'wait', until: `${await world.dayIn(10)}T00:00:00Z` });
    await world.advance('P9D');
    expect(await world.migration(id)).toMatchObject({ onHold: true, stage: 'registered' });
    expect(await world.mails(held)).toEqual([]);
    await world.advance('P2D');
    expect(await world.migration(id)).toMatchObject({ onHold: false, stage: 'requested' });
  });
});

describe('withdrawing', () => {
  test('before an order closes the migration; the customer can be registered anew', async () => {
    const world = running();
    const leaving = customer('Leaving', { originals: [original('leaving', { termEnd: await world.dayIn(60) })] });
    const { id } = await world.register(leaving);
    await world.advance('P3D');
    expect(await world.command(id, 'withdraw', { reason: 'The customer left' })).toMatchObject({
      stage: 'withdrawn',
      todos: [],
      withdrawn: { reason: 'The customer left' },
    });
    expect(await world.refusal(id, 'hold', { reason: 'x' })).toBe('migration-closed');
    await world.advance('P70D');
    expect(await world.ledgerOf(leaving, 'cart')).toEqual([]);
    const again = await world.register({ ...leaving, originals: [original('leaving', { termEnd: await world.dayIn(60) })] });
    expect(again.id).not.toBe(id);
    expect(again).toMatchObject({ stage: 'registered' });
  });

  test('after an order closes it too, and what was bought stays seen', async () => {
    const world = running();
    const leaving = customer('Leaving Late', { originals: [original('leaving late', { termEnd: await world.dayIn(60) })] });
    const { id } = await world.register(leaving);
    await world.advance('P3D');
    await world.command(id, 'provision');
    await world.advance('PT1H');
    const withdrawn = await world.command(id, 'withdraw', { reason: 'Goes on with another partner' });
    expect(withdrawn).toMatchObject({ stage: 'withdrawn', lineItems: [{ target: { state: 'active', orderId: expect.any(String) } }] });
    await world.advance('P70D');
    expect(await world.ledgerOf(leaving, 'subscription')).toHaveLength(1);
    expect((await world.migration(id)).stage).toBe('withdrawn');
  });

  test('of what is completed is refused', async () => {
    const world = running();
    const done = customer('Done', { originals: [original('done', { termEnd: await world.dayIn(10) })] });
    const { id } = await world.register(done);
    await world.advance('P12D');
    expect(await world.refusal(id, 'withdraw', { reason: 'too late' })).toBe('migration-completed');
    expect(await world.refusal(id, 'hold', { reason: 'too late' })).toBe('migration-completed');
    expect(await world.refusal(id, 'retry')).toBe('migration-completed');
  });
});

describe('ending an original by cancellation', () => {
  const cancellation = (name: string) => ({
    originalSubscriptionId: original(name).subscriptionId,
    by: 'cancellation',
    acknowledgeNoRefund: true,
  });

  test('needs the acknowledgement that nothing is refunded, then every fact; at last it is told with the days forfeited', async () => {
    const world = running();
    const ending = customer('Ending', { originals: [original('ending', { termEnd: await world.dayIn(60) })] });
    const { id } = await world.register(ending);
    const line = ending.originals[0]!.subscriptionId;
    const refusedFor = (body: object = {}) => world.refusal(id, 'choose-original-end', { ...cancellation('ending'), ...body });
    await world.advance('P3D');
    const { body } = await world.ask<{ code: string; detail: string }>('POST', `/v1/migrations/${id}/choose-original-end`, {
      body: { originalSubscriptionId: line, by: 'cancellation' },
    });
    expect(body).toMatchObject({ code: 'no-refund-not-acknowledged', detail: expect.stringMatching(/\b58 days\b/) });
    expect(await refusedFor({ acknowledgeNoRefund: false })).toBe('no-refund-not-acknowledged');
    expect(await refusedFor()).toBe('target-active');
    await world.command(id, 'provision');
    await world.advance('PT1H');
    expect(await refusedFor()).toBe('dates-leave-buffer');
    await world.advance('P2D');
    const chosen = await world.command(id, 'choose-original-end', cancellation('ending'), { 'x-actor': 'Ada' });
    expect(chosen.lineItems[0]!.end).toMatchObject({ by: 'cancellation', checked: true, daysForfeited: 56 });
    const [event] = await world.told(id, 'migration.original-end-chosen.v1');
    expect(event).toMatchObject({ actor: 'person:Ada', data: { by: 'cancellation', daysForfeited: 56 } });

    await world.customerDoes(ending, 'cancel-original', { subscriptionId: line });
    await world.advance('PT1H');
    const completed = await world.migration(id);
    expect(completed).toMatchObject({ stage: 'completed', lineItems: [{ original: { state: 'cancelled' } }] });
    expect(completed.lineItems[0]!.coverage.map(({ by }) => by)).toEqual(['original', 'both', 'target']);
    expect(await world.refusal(id, 'choose-original-end', cancellation('ending'))).toMatch(/^(migration-completed|original-ended)$/);
  });

  test('is refused while a user is without a license on the target', async () => {
    const world = running();
    const narrow = customer('Narrow', {
      originals: [original('narrow', { termEnd: await world.dayIn(60), target: { skuId: SKUS.m365e3, seats: 5 } })],
    });
    const { id } = await world.register(narrow);
    await world.advance('P3D');
    await world.command(id, 'provision');
    await world.advance('P3D');
    expect(await world.refusal(id, 'choose-original-end', cancellation('narrow'))).toBe('users-licensed');
    expect(await world.migration(id)).toMatchObject({
      needsAttention: { code: 'ending-refused-users-licensed' },
      lineItems: [{ end: { by: 'expiry', refusedBy: 'users-licensed' }, licenses: { inScope: 5, reassigned: 5, failed: 0 } }],
    });
    // Who does not fit keeps the old license.
    expect(await world.ledgerOf(narrow, 'license')).toHaveLength(5);
    await world.command(id, 'withdraw', { reason: 'chosen too narrow' });
  });

  test('is refused while the directory cannot be read; once it can, the migration goes on by itself', async () => {
    const world = running();
    const closed = customer('Closed Directory', {
      directoryAccess: 'P10D',
      originals: [original('closed directory', { termEnd: await world.dayIn(60), target: { skuId: SKUS.m365e3 } })],
    });
    const { id } = await world.register(closed);
    await world.advance('P3D');
    await world.command(id, 'provision');
    await world.advance('P3D');
    expect(await world.refusal(id, 'choose-original-end', cancellation('closed directory'))).toBe('target-active');
    expect((await world.migration(id)).needsAttention).toMatchObject({ code: 'directory-access-missing' });
    await world.advance('P10D');
    expect(await world.migration(id)).toMatchObject({
      stage: 'overlapping',
      needsAttention: null,
      lineItems: [{ licenses: { reassigned: 10 } }],
    });
    expect(await world.ledgerOf(closed, 'subscription')).toHaveLength(1);
  });

  test('is refused once the original is gone', async () => {
    const world = running();
    const gone = customer('Gone Before', {
      originals: [original('gone before', { termEnd: await world.dayIn(60) }), original('gone stays', { termEnd: await world.dayIn(90) })],
    });
    const { id } = await world.register(gone);
    await world.advance('P3D');
    await world.command(id, 'provision');
    await world.advance('P3D');
    await world.customerDoes(gone, 'cancel-original', { subscriptionId: gone.originals[0]!.subscriptionId });
    await world.advance('PT1H');
    expect(await world.refusal(id, 'choose-original-end', cancellation('gone before'))).toBe('original-ended');
  });
});

describe('originals that do not end as planned', () => {
  test('a renewed original needs attention until its end is agreed; then the cancellation completes', async () => {
    const world = running();
    const renewing = customer('Renewing', { originals: [original('renewing', { termEnd: await world.dayIn(15), autoRenew: true })] });
    const { id } = await world.register(renewing);
    await world.advance('P18D');
    const renewed = await world.migration(id);
    expect(renewed).toMatchObject({
      stage: 'overlapping',
      needsAttention: { code: 'original-renewed' },
      lineItems: [{ original: { state: 'renewed' } }],
    });
    const { subscriptionId } = renewing.originals[0]!;
    await world.command(id, 'choose-original-end', {
      originalSubscriptionId: subscriptionId,
      by: 'cancellation',
      acknowledgeNoRefund: true,
    });
    expect((await world.migration(id)).needsAttention).toBeNull();
    await world.customerDoes(renewing, 'cancel-original');
    await world.advance('PT1H');
    expect((await world.migration(id)).stage).toBe('completed');
  });

  test('an extended original needs attention until a person has chosen its end', async () => {
    const world = running();
    const extending = customer('Extending', { originals: [original('extending', { termEnd: await world.dayIn(15), atEnd: 'extend' })] });
    const { id } = await world.register(extending);
    await world.advance('P18D');
    expect(await world.migration(id)).toMatchObject({
      needsAttention: { code: 'original-extended' },
      lineItems: [{ original: { state: 'extended' } }],
    });
    await world.customerDoes(extending, 'cancel-original');
    await world.advance('P2D');
    expect((await world.migration(id)).stage).toBe('completed');
  });

  test('a term that ended before the registration shows its gap from the registration on', async () => {
    const world = running();
    const past = customer('Past', { originals: [original('past', { termEnd: await world.dayIn(-30) })] });
    const registered = await world.register(past);
    expect(registered.risk).toBe('gap');
    const [interval] = registered.lineItems[0]!.coverage;
    expect(interval).toMatchObject({ by: 'none', from: registered.registeredAt, seats: 10 });
    await world.advance('P5D');
    const moved = await world.migration(registered.id);
    expect(moved.stage).toBe('completed');
    expect(moved.lineItems[0]!.coverage.map(({ by }) => by)).toEqual(['none', 'target']);
    const gaps = await world.told(registered.id, 'migration.gap-opened.v1', 'migration.gap-closed.v1');
    expect(gaps.map(({ data }) => data.start)).toEqual([registered.registeredAt, registered.registeredAt]);
  });

  test('in the grace after an agreement’s end its users still work', async () => {
    const world = running();
    const grace = customer('In Grace', { originals: [original('in grace', { program: 'ea', termEnd: await world.dayIn(-10) })] });
    const registered = await world.register(grace);
    expect(registered.lineItems[0]!.coverage[0]).toMatchObject({ by: 'original', grace: true, from: registered.registeredAt });
    expect(registered.risk).not.toBe('gap');
    await world.advance('P5D');
    const moved = await world.migration(registered.id);
    expect(moved.stage).toBe('completed');
    expect(moved.lineItems[0]!.coverage.every(({ by }) => by !== 'none')).toBe(true);
    expect(await world.told(registered.id, 'migration.gap-opened.v1')).toEqual([]);
  });

  test('a term that ended more than 120 days ago is not taken', async () => {
    const world = running();
    const ancient = customer('Ancient', { originals: [original('ancient', { termEnd: await world.dayIn(-121) })] });
    await expect(world.register(ancient)).rejects.toThrow(/400.*term-end-too-old/s);
  });
});
