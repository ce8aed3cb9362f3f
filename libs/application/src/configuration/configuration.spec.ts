import { describe, expect, test } from '@jest/globals';
import { readConfiguration } from './configuration.ts';

function faultsOf(environment: Record<string, string>): string[] {
  const result = readConfiguration(environment);
  return result.kind === 'faults' ? result.faults.map((fault) => fault.variable) : [];
}

describe('the environment', () => {
  test('may be empty: everything has a default', () => {
    const result = readConfiguration({});
    expect(result).toMatchObject({
      kind: 'configuration',
      configuration: { host: '127.0.0.1', port: 3000, dataDir: './data', partnerCenter: null, clock: { kind: 'system' } },
    });
  });

  test('is refused with all of its faults together, each with an example', () => {
    const result = readConfiguration({
      PORT: '70000',
      PARTNER_TENANT_ID: '{x}',
      LOG_LEVEL: 'loud',
      KAFKA_BROKERS: 'nowhere',
      CLOCK: 'driven:yesterday',
    });
    expect(result.kind === 'faults' && result.faults.map(({ variable, example }) => [variable, example !== ''])).toEqual([
      ['PORT', true],
      ['KAFKA_BROKERS', true],
      ['PARTNER_TENANT_ID', true],
      ['CLOCK', true],
      ['LOG_LEVEL', true],
    ]);
  });

  test('tells faults of single values and faults between values in one go', () => {
    expect(
      faultsOf({
        PORT: 'x',
        PARTNER_CENTER_CLIENT_ID: 'a',
        PARTNER_CENTER_CLIENT_SECRET: 'b',
        MAIL_URL: 'smtp://127.0.0.1',
        PARTNER_TENANT_ID: 'nobody',
      }),
    ).toEqual(['PORT', 'PARTNER_TENANT_ID', 'PARTNER_CENTER_REFRESH_TOKEN']);
  });

  test('must give all Partner Center credentials or none', () => {
    expect(
      faultsOf({ PARTNER_CENTER_CLIENT_ID: 'a', MAIL_URL: 'smtp://127.0.0.1', PARTNER_TENANT_ID: '5c5d1bc3-7c1f-4b02-9d6c-0e6b3f2a9d11' }),
    ).toEqual(['PARTNER_CENTER_CLIENT_SECRET', 'PARTNER_CENTER_REFRESH_TOKEN']);
  });

  test('may drive the clock only where every outside address is loopback', () => {
    const real = {
      PARTNER_CENTER_CLIENT_ID: 'a',
      PARTNER_CENTER_CLIENT_SECRET: 'b',
      PARTNER_CENTER_REFRESH_TOKEN: 'c',
      PARTNER_TENANT_ID: '5c5d1bc3-7c1f-4b02-9d6c-0e6b3f2a9d11',
      CLOCK: 'driven:2026-12-01T08:00:00Z',
      MAIL_URL: 'smtp://127.0.0.1:2525',
    };
    expect(faultsOf(real)).toEqual(['CLOCK']);
    const local = { PARTNER_CENTER_URL: 'http://127.0.0.1:3100', GRAPH_URL: 'http://localhost:3100', LOGIN_URL: 'http://[::1]:3100' };
    expect(faultsOf({ ...real, ...local })).toEqual([]);
    expect(faultsOf({ CLOCK: 'driven:2026-12-01T08:00:00Z', MAIL_URL: 'smtp://mail.example.com' })).toEqual(['CLOCK']);
  });

  test('names one event store or a cluster of several', () => {
    for (const good of [
      'esdb://127.0.0.1:2113?tls=false',
      'esdb://user:p%40ss@a.example:2113,b.example:2113,c.example?tlsCAFile=/ca.pem',
      'esdb+discover://cluster.example:2113',
    ])
      expect(faultsOf({ EVENT_STORE_URL: good })).toEqual([]);
    for (const bad of ['http://127.0.0.1:2113', 'esdb://', 'esdb://a:port', 'esdb://a b'])
      expect(faultsOf({ EVENT_STORE_URL: bad })).toEqual(['EVENT_STORE_URL']);
  });

  test('names one way to Partner Center: a simulator that runs alone, or a real one', () => {
    expect(faultsOf({ SIMULATOR_URL: 'http://127.0.0.1:3100' })).toEqual([]);
    expect(faultsOf({ SIMULATOR_URL: '127.0.0.1' })).toEqual(['SIMULATOR_URL']);
    expect(faultsOf({ SIMULATOR_URL: 'http://simulator:3100', CLOCK: 'driven:2026-12-01T08:00:00Z' })).toEqual(['CLOCK']);
    expect(faultsOf({ SIMULATOR_URL: 'http://127.0.0.1:3100', PARTNER_CENTER_URL: 'http://127.0.0.1:3100' })).toContain('SIMULATOR_URL');
  });

  test('signs in at the brokers with a user and a password, or not at all', () => {
    expect(faultsOf({ KAFKA_BROKERS: 'a:9092', KAFKA_USERNAME: 'u' })).toEqual(['KAFKA_PASSWORD']);
    expect(faultsOf({ KAFKA_BROKERS: 'a:9092', KAFKA_PASSWORD: 'hunter2' })).toEqual(['KAFKA_USERNAME']);
    expect(faultsOf({ KAFKA_BROKERS: 'a:9092', KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p', KAFKA_TLS: 'yes' })).toEqual(['KAFKA_TLS']);
    expect(readConfiguration({ KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p' })).toMatchObject({
      configuration: { kafkaLogin: { username: 'u', password: 'p' }, kafkaTls: false },
    });
  });

  test('never shows what may be secret', () => {
    const result = readConfiguration({ DATABASE_URL: 'mysql://user:hunter2@host/db' });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});
