import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientOf, CUSTOMER, DrivenClock, failureOf, Outside, PARTNER, REQUEST } from '../outside-for-spec.ts';
import { issue, signedHeaders, type Issued } from './authority-for-spec.ts';
import { ensureWebhookRegistration } from './ensure-registration.ts';
import { parseWebhook } from './parse-webhook.ts';
import { createWebhookVerifier, type WebhookHeaders, type WebhookVerifier } from './verify-webhook.ts';

const BODY = '{"EventName":"subscription-updated","ResourceChangeUtcDate":"2026-11-22T09:58:00.0000000+00:00"}';
const PATH = '/cert/pcnotifications-dispatch.microsoft.com.cer';

describe('webhook signature', () => {
  let root: Issued;
  let signer: Issued;
  let files: Map<string, Buffer>;
  let downloads: number;
  let server: Server;
  let origin: string;
  let clock: DrivenClock;
  let verifier: WebhookVerifier;

  beforeAll(() => {
    // Making RSA keys takes its time on a busy machine.
    root = issue('Root', { authority: true, key: 'root' });
    signer = issue('signer', { by: root });
    issue('warm', { by: root, key: 'second' });
  }, 60_000);
  beforeEach(async () => {
    downloads = 0;
    files = new Map([[PATH, signer.der]]);
    server = createServer((request, response) => {
      downloads += 1;
      const file = files.get(request.url ?? '');
      response.writeHead(file ? 200 : 404).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    clock = new DrivenClock();
    verifier = createWebhookVerifier({ trustRoots: root.pem, allowedCertificateOrigins: [origin], allowedIssuerOrigins: [origin], clock });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const verify = (headers: WebhookHeaders, body = BODY) => verifier.verify(headers, Buffer.from(body));
  const signed = (by: Issued = signer, hash?: string) => signedHeaders(BODY, by, origin + PATH, hash);

  test('a true one is believed, in either header, and the certificate is downloaded once', async () => {
    const { authorization, ...rest } = signed();
    expect(await Promise.all([verify(signed()), verify({ ...rest, 'x-ms-signature': authorization })])).toEqual([
      { ok: true },
      { ok: true },
    ]);
    expect(await verify(signed(signer, 'sha512'))).toEqual({ ok: true });
    expect(downloads).toBe(1);
    clock.advance(3_600_000);
    await verify(signed());
    expect(downloads).toBe(2);
  });

  test.each([
    ['authorization', undefined, 401, 'signature-missing'],
    ['authorization', 'Bearer abc', 401, 'signature-scheme'],
    ['x-ms-certificate-url', undefined, 400, 'certificate-url-missing'],
    ['x-ms-certificate-url', 'https://elsewhere.example/a.cer', 401, 'certificate-origin'],
    ['x-ms-certificate-url', 'file:///etc/hosts', 401, 'certificate-origin'],
    ['x-ms-certificate-url', 'no url', 401, 'certificate-origin'],
    ['x-ms-signature-algorithm', undefined, 400, 'algorithm-missing'],
    ['x-ms-signature-algorithm', 'rsa-sha1', 400, 'algorithm-refused'],
    ['x-ms-signature-algorithm', 'none', 400, 'algorithm-refused'],
    ['x-ms-signature-algorithm', 'rsa-constructor', 400, 'algorithm-refused'],
  ])('%s = %j is refused with %i %s', async (header, value, status, code) => {
    expect(await verify({ ...signed(), [header]: value })).toMatchObject({ ok: false, status, code });
    expect(downloads).toBe(0);
  });

  test('an altered body and a foreign key are refused', async () => {
    expect(await verify(signed(), `${BODY} `)).toMatchObject({ status: 401, code: 'signature-wrong' });
    expect(await verify(signed(issue('thief', { by: root, key: 'second' })))).toMatchObject({ status: 401, code: 'signature-wrong' });
  });

  test.each([
    [
      'of another authority of the same name',
      () => issue('signer', { by: issue('Root', { authority: true, key: 'second' }) }),
      'certificate-untrusted',
    ],
    ['that signed itself', () => issue('self'), 'certificate-untrusted'],
    [
      'whose issuer is not Microsoft',
      () => issue('x', { by: issue('Root', { authority: true, organization: 'Contoso, O=Microsoft Corporation' }) }),
      'certificate-issuer',
    ],
    ['that has expired', () => issue('old', { by: root, until: '2026-11-01T00:00:00Z' }), 'certificate-out-of-date'],
    ['that is none', () => undefined, 'certificate-unavailable'],
  ])('a certificate %s is refused', async (_name, make, code) => {
    const by = make();
    files.set(PATH, by?.der ?? Buffer.from('<html>'));
    expect(await verify(signed(by))).toMatchObject({ ok: false, status: 401, code });
  });

  test('a certificate beyond any sensible size is not read, a missing one is said to be missing', async () => {
    files.set(PATH, Buffer.alloc(100_000));
    expect(await verify(signed())).toMatchObject({ code: 'certificate-unavailable' });
    files.clear();
    expect(await verify(signed())).toMatchObject({ code: 'certificate-unavailable' });
  });

  test('an intermediate is looked up where the certificate says, and must be an authority', async () => {
    const good = issue('Intermediate', { by: root, authority: true, key: 'second' });
    const leaf = issue('leaf', { by: good, issuerUrl: `${origin}/intermediate.cer` });
    files.set(PATH, leaf.der).set('/intermediate.cer', good.der);
    expect(await verify(signed(leaf))).toEqual({ ok: true });

    const bad = issue('Impostor', { by: root, authority: false, key: 'second' });
    const forged = issue('forged', { by: bad, issuerUrl: `${origin}/impostor.cer` });
    files.set('/other.cer', forged.der).set('/impostor.cer', bad.der);
    expect(await verify(signedHeaders(BODY, forged, `${origin}/other.cer`))).toMatchObject({ code: 'certificate-untrusted' });
  });

  test('a replaced certificate is fetched again, at most once a minute', async () => {
    await verify(signed());
    const next = issue('next', { by: root, key: 'second' });
    files.set(PATH, next.der);
    expect(await verify(signed(next))).toMatchObject({ code: 'signature-wrong' });
    clock.advance(60_000);
    expect(await verify(signed(next))).toEqual({ ok: true });
    expect(downloads).toBe(2);
  });

  test("Microsoft's roots are known, and text without a certificate is refused at start", () => {
    expect(() => createWebhookVerifier({ trustRoots: 'microsoft', allowedCertificateOrigins: [], clock })).not.toThrow();
    expect(() => createWebhookVerifier({ trustRoots: 'nothing', allowedCertificateOrigins: [], clock })).toThrow(/PEM/);
  });
});

describe('webhook body', () => {
  const SUBSCRIPTION = '44444444-4444-4444-8444-444444444444';
  const accepted = {
    EventName: 'reseller-relationship-accepted-by-customer',
    ResourceUri: `http://api.partnercenter.microsoft.com/v1/customers/${CUSTOMER.toUpperCase()}`,
    ResourceName: 'Customer',
    AuditUri: `https://api.partnercenter.microsoft.com/auditactivity/v1/auditrecords/${PARTNER}_${CUSTOMER}_resellerrelationshipacceptedbycustomer_638000000000000000`,
    ResourceChangeUtcDate: '2026-11-22T09:58:00.0000000+00:00',
  };

  test('an acceptance names partner, customer and time', () => {
    expect(parseWebhook(Buffer.from(`\uFEFF${JSON.stringify(accepted)}`))).toMatchObject({
      ok: true,
      eventName: accepted.EventName,
      partnerTenantId: PARTNER,
      customerTenantId: CUSTOMER,
      occurredAt: '2026-11-22T09:58:00.000Z',
    });
  });

  test('a subscription is found behind the odd prefix, in camel case as well', () => {
    const body = {
      eventName: 'subscription-updated',
      resourceUri: `https://api.partnercenter.microsoft.com/webhooks/v1/customers/${CUSTOMER}/subscriptions/${SUBSCRIPTION}`,
      resourceChangeUtcDate: accepted.ResourceChangeUtcDate,
    };
    expect(parseWebhook(JSON.stringify(body))).toMatchObject({ ok: true, customerTenantId: CUSTOMER, subscriptionId: SUBSCRIPTION });
  });

  test('the customer is known from the audit link where there is no resource', () => {
    expect(parseWebhook(JSON.stringify({ ...accepted, ResourceUri: null }))).toMatchObject({ customerTenantId: CUSTOMER });
  });

  test('the same notice has the same key, another moment has another', () => {
    const keyOf = (body: object): string | undefined => {
      const notice = parseWebhook(JSON.stringify(body));
      return notice.ok ? notice.dedupeKey : undefined;
    };
    expect(keyOf(accepted)).toBe(keyOf({ ...accepted, AuditUri: null }));
    expect(keyOf(accepted)).not.toBe(keyOf({ ...accepted, ResourceChangeUtcDate: '2026-11-22T09:58:00.0000001+00:00' }));
  });

  test.each([
    ['no json', 'webhook-not-json'],
    ['null', 'webhook-body-invalid'],
    ['{"EventName":""}', 'webhook-body-invalid'],
    [JSON.stringify({ ...accepted, ResourceChangeUtcDate: '2026-02-30T00:00:00Z' }), 'webhook-body-invalid'],
  ])('%s is a fault', (body, code) => {
    expect(parseWebhook(body)).toMatchObject({ ok: false, code });
  });
});

describe('webhook registration', () => {
  const URL_OF_OURS = 'https://cutover.example/v1/webhooks/partner-center';
  const EVENTS = ['subscription-updated', 'reseller-relationship-accepted-by-customer'];
  const REGISTRATION = '/webhooks/v1/registration';
  let outside: Outside;
  beforeEach(async () => {
    outside = await new Outside().start();
  });
  afterEach(() => outside.stop());
  const ensure = () => ensureWebhookRegistration(clientOf(outside, new DrivenClock()), REQUEST, URL_OF_OURS, EVENTS);

  test('none is created', async () => {
    outside.play(`POST ${REGISTRATION}`, { json: { SubscriberId: 's' } });
    expect((await ensure()).value).toEqual({ did: 'created', events: EVENTS });
    expect(JSON.parse(outside.to(`POST ${REGISTRATION}`)[0]!.body)).toEqual({ WebhookUrl: URL_OF_OURS, WebhookEvents: EVENTS });
  });

  test("ours is kept, another's is replaced with its events", async () => {
    outside.play(
      `GET ${REGISTRATION}`,
      { json: { WebhookUrl: URL_OF_OURS, WebhookEvents: [...EVENTS, 'invoice-ready'] } },
      { json: { webhookUrl: 'https://other.example/hook', webhookEvents: ['invoice-ready'] } },
    );
    outside.play(`PUT ${REGISTRATION}`, { json: {} });
    expect((await ensure()).value.did).toBe('kept');
    expect((await ensure()).value).toEqual({
      did: 'replaced',
      events: ['invoice-ready', ...EVENTS],
      replacedUrl: 'https://other.example/hook',
    });
    expect(outside.to(`PUT ${REGISTRATION}`)).toHaveLength(1);
  });

  test('two that create at once: the later one asks again', async () => {
    outside.play(`POST ${REGISTRATION}`, { status: 409 });
    expect(await failureOf(ensure())).toMatchObject({ kind: 'retry-later', code: 'in-progress' });
  });
});
