import { describe, expect, test } from '@jest/globals';
import { customer, original } from './customers.ts';
import { runningProduct } from './running-product.ts';

const running = runningProduct();

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

describe('how the customer answers', () => {
  test('a customer that declines is closed, and nothing is bought', async () => {
    const world = running();
    const declining = customer('Declining', {
      invitation: 'decline',
      originals: [original('declining', { termEnd: await world.dayIn(20) })],
    });
    const { id } = await world.register(declining);
    await world.advance('P30D');
    const declined = await world.migration(id);
    expect(declined).toMatchObject({ stage: 'declined', risk: 'none', needsAttention: null });
    expect(declined.lineItems[0]!.coverage.at(-1)!.to).not.toBeNull();
    expect((await world.ledger(declining)).map(({ kind }) => kind)).toEqual(['invitation']);
    expect(await world.refusal(id, 'provision')).toBe('not-accepted');
  });

  test('a silent customer is reminded after 7, 14, 21 and 29 days, then lapses; asked again, its acceptance revives', async () => {
    const world = running();
    const silent = customer('Silent', { invitation: 'silent', originals: [original('silent', { termEnd: await world.dayIn(120) })] });
    const { id } = await world.register(silent);
    await world.advance('P29DT12H');
    expect(await world.refusal(id, 'request-reseller')).toBe('request-open');
    await world.advance('P2D');
    const [invitation] = await world.ledgerOf(silent, 'invitation');
    const reminders = await world.ledgerOf(silent, 'reminder');
    expect(reminders.map(({ at }) => Math.round(daysBetween(invitation!.at, at)))).toEqual([7, 14, 21, 29]);
    expect(await world.migration(id)).toMatchObject({ stage: 'lapsed', risk: 'none', needsAttention: null, invitation: { reminders: 4 } });

    await world.command(id, 'request-reseller');
    await world.advance('P1D');
    expect(await world.migration(id)).toMatchObject({ stage: 'requested', invitation: { reminders: 0 } });
    await world.describe({ ...silent, invitation: 'accept' });
    await world.advance('P3D');
    expect(await world.migration(id)).toMatchObject({ stage: 'accepted' });
    expect((await world.ledger(silent)).filter(({ kind }) => kind === 'invitation').length).toBeGreaterThanOrEqual(2);
    await world.advance('P90D');
    expect((await world.migration(id)).stage).toBe('completed');
    expect(await world.ledgerOf(silent, 'subscription')).toHaveLength(1);
  });

  test('an acceptance that comes after the lapse by itself revives too', async () => {
    const world = running();
    const late = customer('Late Answer', {
      invitation: 'silent',
      originals: [original('late answer', { termEnd: await world.dayIn(60) })],
    });
    const { id } = await world.register(late);
    await world.advance('P35D');
    expect((await world.migration(id)).stage).toBe('lapsed');
    await world.customerDoes(late, 'accept');
    await world.advance('PT1H');
    expect((await world.migration(id)).stage).toBe('accepted');
    await world.advance('P40D');
    expect((await world.migration(id)).stage).toBe('completed');
  });

  test('an acceptance after the natural end buys at once, and the gap is told from end to target', async () => {
    const world = running();
    const gone = customer('Too Late', { answersAfter: 'P12D', originals: [original('too late', { termEnd: await world.dayIn(8) })] });
    const { id } = await world.register(gone);
    await world.advance('P10D');
    expect(await world.migration(id)).toMatchObject({ stage: 'requested', risk: 'gap' });
    await world.advance('P5D');
    const { lineItems, stage } = await world.migration(id);
    expect(stage).toBe('completed');
    expect(lineItems[0]!.coverage.map(({ by }) => by)).toEqual(['original', 'none', 'target']);
    const gaps = await world.told(id, 'migration.gap-opened.v1', 'migration.gap-closed.v1');
    expect(gaps.map(({ type }) => type)).toEqual(['migration.gap-opened.v1', 'migration.gap-closed.v1']);
    expect(gaps[1]!.data).toMatchObject({ seats: 10, start: expect.stringContaining('T00:00:00'), end: lineItems[0]!.coverage[1]!.to });
  });

  test('a removed relationship needs attention, and nothing is bought until the customer accepts again', async () => {
    const world = running();
    const removing = customer('Removing', { originals: [original('removing', { termEnd: await world.dayIn(30) })] });
    const { id } = await world.register(removing);
    await world.advance('P4D');
    await world.customerDoes(removing, 'remove-relationship');
    await world.advance('PT1H');
    expect(await world.migration(id)).toMatchObject({ stage: 'accepted', needsAttention: { code: 'relationship-removed' } });
    expect(await world.refusal(id, 'provision')).toBe('relationship-removed');
    await world.advance('P23D');
    expect(await world.ledgerOf(removing, 'cart')).toEqual([]);

    await world.customerDoes(removing, 'accept');
    await world.advance('P10D');
    expect(await world.migration(id)).toMatchObject({ stage: 'completed', needsAttention: null });
    expect(await world.ledgerOf(removing, 'subscription')).toHaveLength(1);
  });

  test('without a mail address the link is there to copy, and the migration goes on once it is accepted', async () => {
    const world = running();
    const unreachable = customer('No Address', {
      contactEmail: null,
      invitation: 'silent',
      originals: [original('no address', { termEnd: await world.dayIn(25) })],
    });
    const { id } = await world.register(unreachable);
    await world.advance('P8D');
    const waiting = await world.migration(id);
    expect(waiting).toMatchObject({ stage: 'requested', needsAttention: { code: 'no-contact-email' } });
    expect(waiting.invitation.link).toMatch(/^https?:\/\//);
    expect(await world.mails(unreachable)).toEqual([]);
    await world.customerDoes(unreachable, 'accept');
    await world.advance('P25D');
    expect((await world.migration(id)).stage).toBe('completed');
  });

  test('an acceptance told by a person stands, is dated, and cannot be in the future', async () => {
    const world = running();
    const told = customer('Told By Phone', {
      invitation: 'silent',
      originals: [original('told by phone', { termEnd: await world.dayIn(90) })],
    });
    const { id } = await world.register(told);
    await world.advance('P2D');
    const now = await world.now();
    const hourAgo = new Date(Date.parse(now) - 3_600_000).toISOString();
    expect(await world.refusal(id, 'record-acceptance', { acceptedAt: new Date(Date.parse(now) + 1000).toISOString() }, 400)).toBeDefined();
    expect(await world.command(id, 'record-acceptance', { acceptedAt: hourAgo })).toMatchObject({
      stage: 'accepted',
      invitation: { acceptedAt: hourAgo },
    });
  });
});
