import { describe, expect, test } from '@jest/globals';
import { serverAddress } from './server-address.ts';

describe('EVENT_STORE_URL', () => {
  test('one host is called directly, several and +discover are asked for their leader', () => {
    expect(serverAddress('esdb://eventstore').nodes).toMatchObject({ endpoint: { address: 'eventstore', port: 2113 } });
    expect(serverAddress('esdb://a:1,b:2').nodes).toMatchObject({
      endpoints: [
        { address: 'a', port: 1 },
        { address: 'b', port: 2 },
      ],
    });
    expect(serverAddress('esdb+discover://cluster').nodes).toMatchObject({ discover: { address: 'cluster', port: 2113 } });
  });

  test('login, TLS and the client’s options are taken from it', () => {
    const address = serverAddress('esdb://admin:ch%40ngeit@a:1?tls=false&keepAliveInterval=20000');
    expect(address.login).toEqual({ username: 'admin', password: 'ch@ngeit' });
    expect(address.channel.insecure).toBe(true);
    expect(address.nodes).toMatchObject({ keepAliveInterval: 20_000 });
    expect(serverAddress('esdb://a').channel.insecure).toBe(false);
  });

  test('people are told the host without the login', () => {
    expect(serverAddress('esdb://admin:secret@a:1,b:2?tls=false').host).toBe('a:1, b:2');
  });

  test.each([
    'http://a:1',
    'esdb://',
    'esdb://admin:secret@a:port',
    'esdb://a:1?tls=maybe',
    'esdb://admin:secret@a:1?tlsVerifyCert=false',
    'esdb://admin:secret@a:1?tsl=false',
    'esdb://admin:secret@a:1?keepAliveInterval=500',
    'esdb://a:1?tlsCAFile=/no/such/file.pem',
    'esdb://a:1?userCertFile=/some/file.pem',
  ])('%s is refused, without showing a password', (url) => {
    const refused = (): unknown => serverAddress(url);
    expect(refused).toThrow(expect.objectContaining({ code: 'event-store-url-invalid' }));
    expect(refused).not.toThrow(/secret/);
  });
});
