import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientOf, CUSTOMER, DrivenClock, failureOf, Outside, PARTNER, REQUEST } from '../outside-for-spec.ts';

const OTHER = '22222222-2222-4222-8222-222222222222';
const PARTNER_TOKEN = `POST /${PARTNER}/oauth2/token`;
const GRAPH_TOKEN = `POST /${CUSTOMER}/oauth2/v2.0/token`;
const READ = `GET /v1/customers/${CUSTOMER}`;

describe('tokens', () => {
  let outside: Outside;

  beforeEach(async () => {
    outside = await new Outside().start();
    outside.play(READ, { json: { id: CUSTOMER, relationshipToPartner: 'reseller' } });
    for (const tenant of [CUSTOMER, OTHER]) outside.play(`GET /v1/customers/${tenant}`, { json: { relationshipToPartner: 'reseller' } });
    outside.play('GET /v1.0/users', { json: { value: [] } });
  });
  afterEach(() => outside.stop());

  test('one token serves all until a minute before it expires, and those who wait share one request', async () => {
    const clock = new DrivenClock();
    const client = clientOf(outside, clock);
    await Promise.all(Array.from({ length: 20 }, () => client.customerRelationship(REQUEST, CUSTOMER)));
    expect(outside.to(PARTNER_TOKEN)).toHaveLength(1);
    clock.advance(3_539_000);
    await client.customerRelationship(REQUEST, CUSTOMER);
    expect(outside.to(PARTNER_TOKEN)).toHaveLength(1);
    clock.advance(1_000);
    await client.customerRelationship(REQUEST, CUSTOMER);
    expect(outside.to(PARTNER_TOKEN)).toHaveLength(2);
  });

  test('the form is that of a refresh on the v1 endpoint, the next one redeems the newest token', async () => {
    const clock = new DrivenClock();
    const kept: string[] = [];
    const client = clientOf(outside, clock, { onRefreshToken: (token) => void kept.push(token) });
    await client.customerRelationship(REQUEST, CUSTOMER);
    clock.advance(3_600_000);
    await client.customerRelationship(REQUEST, CUSTOMER);
    const forms = outside.to(PARTNER_TOKEN).map((request) => Object.fromEntries(new URLSearchParams(request.body)));
    expect(forms[0]).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0',
      client_id: 'client',
      client_secret: 'client-secret-value',
      resource: 'https://api.partnercenter.microsoft.com',
      scope: 'openid',
    });
    expect(forms[1]).toMatchObject({ refresh_token: 'refresh-1' });
    expect(kept).toEqual(['refresh-1', 'refresh-2']);
  });

  test('a refresh token that cannot be kept holds back the call, and is kept the next time', async () => {
    let works = false;
    const kept: string[] = [];
    const client = clientOf(outside, new DrivenClock(), {
      onRefreshToken: (token) => {
        if (!works) throw new Error('disk full');
        kept.push(token);
      },
    });
    expect(await failureOf(client.customerRelationship(REQUEST, CUSTOMER))).toMatchObject({
      kind: 'retry-later',
      code: 'refresh-token-not-kept',
    });
    expect(outside.to(READ)).toHaveLength(0);
    works = true;
    await client.customerRelationship(REQUEST, CUSTOMER);
    expect(kept).toEqual(['refresh-2']);
  });

  test('a refused token is renewed once', async () => {
    outside.play(READ, { status: 401, json: { code: 400, description: 'denied' } }, { json: { relationshipToPartner: 'reseller' } });
    const client = clientOf(outside, new DrivenClock());
    expect((await client.customerRelationship(REQUEST, CUSTOMER)).value.relationship).toBe('reseller');
    expect(outside.to(READ).map((request) => request.headers.authorization)).toEqual(['Bearer access-1', 'Bearer access-2']);
  });

  test('a token refused twice needs a person', async () => {
    outside.play(READ, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(await failureOf(clientOf(outside, new DrivenClock()).customerRelationship(REQUEST, CUSTOMER))).toMatchObject({
      kind: 'needs-person',
      code: 'unauthorized',
      outsideCode: '401',
    });
    expect(outside.to(READ)).toHaveLength(2);
  });

  test("Graph gets a token of each customer's own tenant", async () => {
    const client = clientOf(outside, new DrivenClock());
    await client.users(REQUEST, CUSTOMER, null);
    await client.users(REQUEST, CUSTOMER, null);
    await client.users(REQUEST, OTHER, null);
    expect(outside.to(GRAPH_TOKEN)).toHaveLength(1);
    expect(outside.to(`POST /${OTHER}/oauth2/v2.0/token`)).toHaveLength(1);
    expect(new URLSearchParams(outside.to(GRAPH_TOKEN)[0]!.body).get('scope')).toBe('https://graph.microsoft.com/.default');
  });

  test.each([
    [
      PARTNER_TOKEN,
      400,
      { error: 'invalid_grant', error_description: 'AADSTS700082: token of ada@contoso.example expired', error_codes: [700082] },
      'needs-person',
      'refresh-token-rejected',
    ],
    [PARTNER_TOKEN, 401, { error: 'invalid_client', error_codes: [7000215] }, 'needs-person', 'client-rejected'],
    [PARTNER_TOKEN, 503, { error: 'temporarily_unavailable' }, 'retry-later', 'server-error'],
    [PARTNER_TOKEN, 200, { access_token: 'x' }, 'retry-later', 'unexpected-answer'],
    [GRAPH_TOKEN, 400, { error: 'invalid_grant', error_codes: [65001] }, 'needs-person', 'directory-access-missing'],
    [GRAPH_TOKEN, 400, { error: 'invalid_grant', error_codes: [700082] }, 'needs-person', 'refresh-token-rejected'],
  ])('%s %i %j is %s %s', async (route, status, json, kind, code) => {
    outside.play(route, { status, json });
    const client = clientOf(outside, new DrivenClock());
    const failure = await failureOf(
      route === PARTNER_TOKEN ? client.customerRelationship(REQUEST, CUSTOMER) : client.users(REQUEST, CUSTOMER, null),
    );
    expect(failure).toMatchObject({ kind, code });
    expect(failure.message).not.toMatch(/@|refresh-0|client-secret-value/);
  });
});
