import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';

async function listeningOn(address: string, hosts: readonly string[] = []): Promise<EdgeForSpec> {
  const edge = await edgeForSpec({ hosts });
  await edge.app.listen({ host: address, port: 0 });
  return edge;
}

async function statusFor(edge: EdgeForSpec, host: string): Promise<number> {
  return (await edge.app.inject({ url: '/health/live', headers: { host } })).statusCode;
}

describe('on the loopback', () => {
  let edge: EdgeForSpec;
  beforeAll(async () => {
    edge = await listeningOn('127.0.0.1', ['Mover.Intern', '[fd00::1]', 'cutover.partner.example:8443', 'no host']);
  });
  afterAll(() => edge.close());

  test.each([
    'localhost:3000',
    'localhost',
    'LOCALHOST:80',
    'localhost.:3000',
    '127.0.0.1:3000',
    '127.8.9.10',
    '[::1]:3000',
    '[0:0:0:0:0:0:0:1]',
    'mover.intern:3000',
    '[FD00::1]:3000',
    'cutover.partner.example',
    'Cutover.Partner.Example.:443',
  ])('%s is served', async (host) => {
    expect(await statusFor(edge, host)).toBe(200);
  });

  test.each([
    'evil.example:3000',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'evil.localhost.example',
    '192.0.2.1',
    '0.0.0.0',
    '[::2]:3000',
    'no host',
    'nor this one',
    ':3000',
  ])('%j is refused', async (host) => {
    expect(await statusFor(edge, host)).toBe(421);
  });

  test('a page whose name was made to lead here neither reads nor writes', async () => {
    const headers = { host: 'evil.example:3000', origin: 'http://evil.example:3000', 'sec-fetch-site': 'same-origin' };
    const answers = [
      await edge.app.inject({ url: '/v1/migrations', headers }),
      await edge.app.inject({ method: 'POST', url: '/v1/migrations', headers, payload: registrationForSpec() }),
      await edge.app.inject({ url: '/docs', headers }),
      await edge.app.inject({ url: '/nothing', headers }),
    ];
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({
        type: 'urn:cutover:problem:misdirected-request',
        status: 421,
        code: 'misdirected-request',
        detail: expect.stringContaining('PUBLIC_URL'),
      });
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
    expect(await edge.service.store.head()).toBe(-1n);
  });

  test('an old program that names no host is served', async () => {
    const socket = connect((edge.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /health/live HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.[01] 200 /);
  });
});

test('anywhere else every name is served', async () => {
  const edge = await listeningOn('0.0.0.0');
  expect([await statusFor(edge, 'evil.example'), await statusFor(edge, 'api-1:3000')]).toEqual([200, 200]);
  await edge.close();
});
