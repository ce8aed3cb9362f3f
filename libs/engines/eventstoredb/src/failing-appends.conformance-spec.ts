import { describe, expect, jest, test } from '@jest/globals';
import type { FaultName } from '#eventstoredb-server';
import { event, events, idsOf, partsOfACase } from './store-and-server-for-spec.ts';

jest.setTimeout(60_000);

/** Short enough that a case which waits for it is quick. */
const IMPATIENT = { deadlineMs: 1_000 };

describe('an append whose answer is lost', () => {
  const parts = partsOfACase();

  test.each<FaultName>(['append-answer-lost', 'append-reset-after-write', 'append-timeout-after-write'])(
    '%s: is found in the log, and answered as what it was: written once, by this very append',
    async (fault) => {
      const server = await parts.server();
      const store = await parts.store(server.url, IMPATIENT);
      await store.append('before', 'no-stream', [event('before')]);
      server.faults.arm(fault);
      const result = await store.append('a', 'no-stream', events('a', 3));
      expect(result).toMatchObject({ revision: 2, repeated: false });
      expect(await store.readStream('a')).toEqual(result.events);
      expect(await store.append('a', 'no-stream', events('a', 3))).toEqual({ ...result, repeated: true });
      expect(await store.readAll()).toHaveLength(4);
    },
  );

  test.each<FaultName>(['append-silent', 'append-reset-before-write', 'append-unavailable'])(
    '%s: is not concluded to have failed, and can be repeated',
    async (fault) => {
      const server = await parts.server();
      const store = await parts.store(server.url, IMPATIENT);
      await store.append('before', 'no-stream', [event('before')]);
      server.faults.arm(fault);
      await expect(store.append('a', 'no-stream', events('a', 2))).rejects.toMatchObject({ code: 'append-outcome-unknown' });
      expect(await store.append('a', 'no-stream', events('a', 2))).toMatchObject({ revision: 1, repeated: false });
      expect(await store.readAll()).toHaveLength(3);
    },
  );

  test('one that comes after all is recognised by the append that repeats it', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url, IMPATIENT);
    server.holdAppends();
    await expect(store.append('a', 'no-stream', events('a', 2))).rejects.toMatchObject({ code: 'append-outcome-unknown' });
    // Written now, and answered to nobody.
    server.releaseAppends();
    expect(await store.append('a', 'no-stream', events('a', 2))).toMatchObject({ revision: 1, repeated: true });
    expect(await store.readAll()).toHaveLength(2);
  });

  test('one that another writer has overtaken is refused for good', async () => {
    const server = await parts.server();
    const [store, other] = [await parts.store(server.url, IMPATIENT), await parts.store(server.url)];
    server.faults.arm('append-silent');
    const underWay = server.faults.untilOneStrikes();
    const late = store.append('a', 'no-stream', [event('late')]);
    const refused = expect(late).rejects.toMatchObject({ code: 'wrong-expected-revision', actual: 0 });
    await underWay;
    await other.append('a', 'any', [event('other')]);
    await refused;
  });
});

describe('a server that is not there, or not the right one', () => {
  const parts = partsOfACase();

  test('is waited for by nobody: calls say that it cannot be reached, and succeed once it can', async () => {
    const gone = await parts.server();
    const { port, url, log } = gone;
    await gone.kill();
    const store = await parts.store(url);
    await expect(store.append('a', 'any', [event('a')])).rejects.toMatchObject({ code: 'event-store-unreachable' });
    await expect(store.check()).rejects.toMatchObject({ code: 'event-store-unreachable' });
    await expect(store.head()).rejects.toMatchObject({ code: 'event-store-unreachable' });
    await parts.server({ port, log });
    await store.check();
    expect(await store.append('a', 'any', [event('a')])).toMatchObject({ revision: 0, repeated: false });
  });

  test('one that is not the leader sends to the leader, where the append is written once', async () => {
    const leader = await parts.server();
    const follower = await parts.server({ log: leader.log });
    follower.faults.leader = { host: '127.0.0.1', port: leader.port };
    follower.faults.arm('append-not-leader');
    const store = await parts.store(follower.url);
    expect(await store.append('a', 'no-stream', events('a', 2))).toMatchObject({ revision: 1, repeated: false });
    expect(leader.connections).toBeGreaterThan(0);
    expect(await store.readAll()).toHaveLength(2);
  });

  test('the leader is found among the nodes, also when one of them is dead', async () => {
    const dead = await parts.server();
    const { port: deadPort } = dead;
    await dead.kill();
    const alive = await parts.server();
    const store = await parts.store(`esdb://127.0.0.1:${deadPort},127.0.0.1:${alive.port}?tls=false`);
    expect(await store.append('a', 'no-stream', [event('a')])).toMatchObject({ revision: 0 });
  });

  test('many calls while a whole cluster goes away end in errors that are theirs, and in no other', async () => {
    const one = await parts.server();
    const store = await parts.store(`esdb://127.0.0.1:${one.port},localhost:${one.port}?tls=false&maxDiscoverAttempts=1`);
    await store.append('a', 'any', [event('a')]);
    one.holdAppends();
    const appends = Array.from({ length: 20 }, (_, n) => store.append(`s${n}`, 'no-stream', [event(`s${n}`)]));
    const reads = Array.from({ length: 20 }, () => store.readAll());
    const killed = one.kill();
    const settled = await Promise.allSettled([...appends, ...reads]);
    await killed;
    for (const outcome of settled) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^(event-store|append)-/) });
    }
    await expect(store.check()).rejects.toMatchObject({ code: 'event-store-unreachable' });
  });

  test('what happens to one store’s server is nothing to the appends of another', async () => {
    const [steady, dying] = [await parts.server(), await parts.server()];
    const [store, other] = [await parts.store(steady.url), await parts.store(dying.url)];
    await other.append('o', 'any', [event('o')]);
    steady.holdAppends();
    const pending = store.append('a', 'no-stream', [event('a')]);
    await dying.kill();
    await expect(other.append('o', 'any', [event('o-2')])).rejects.toThrow();
    steady.releaseAppends();
    expect(await pending).toMatchObject({ revision: 0, repeated: false });
  });

  test.each<[FaultName, string]>([
    ['read-unauthenticated', 'event-store-login-refused'],
    ['read-silent', 'event-store-timeout'],
    ['read-not-leader', 'event-store-not-leader'],
    ['read-unavailable', 'event-store-unreachable'],
  ])('%s is told as %s, and the next call is none the worse', async (fault, code) => {
    const server = await parts.server();
    server.faults.leader = { host: '127.0.0.1', port: server.port };
    const store = await parts.store(server.url, IMPATIENT);
    await store.append('a', 'any', [event('a')]);
    server.faults.arm(fault);
    await expect(store.check()).rejects.toMatchObject({ code });
    await store.check();
  });

  test.each<[FaultName, string]>([
    ['append-access-denied', 'event-store-access-denied'],
    ['append-unimplemented', 'event-store-too-old'],
  ])('%s is told as %s, and nothing is written', async (fault, code) => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    server.faults.arm(fault);
    await expect(store.append('a', 'any', [event('a')])).rejects.toMatchObject({ code });
    expect(await store.readAll()).toEqual([]);
  });

  test('one without TLS that is asked for it is told as a fault of TLS', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url.replace('tls=false', 'tls=true'));
    await expect(store.check()).rejects.toMatchObject({ code: 'event-store-tls' });
  });
});

describe('what the log does not take', () => {
  const parts = partsOfACase();

  test('an append beyond the server’s limit is refused as a whole, in one part or in several', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    const large = { text: 'x'.repeat(1024 * 1024) };
    await expect(store.append('a', 'any', [event('large', large)])).rejects.toMatchObject({ code: 'append-too-large' });
    const many = Array.from({ length: 5 }, (_, n) => event(`large-${n}`, large));
    await expect(store.append('a', 'any', many)).rejects.toMatchObject({ code: 'append-too-large' });
    expect(await store.readAll()).toEqual([]);
    expect(await store.append('a', 'no-stream', [event('small')])).toMatchObject({ revision: 0 });
  });

  test('an append of several parts is one append', async () => {
    const server = await parts.server({ maxAppendSize: 16 * 1024 * 1024 });
    const store = await parts.store(server.url);
    const many = Array.from({ length: 10 }, (_, n) => event(`large-${n}`, { text: 'x'.repeat(1024 * 1024) }));
    const { events: recorded } = await store.append('a', 'no-stream', many);
    expect(idsOf(await store.readStream('a'))).toEqual(idsOf(many));
    expect(new Set(recorded.map(({ position }) => position)).size).toBe(10);
  });

  test('names that are the server’s own', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    await expect(store.append('$a', 'any', [event('a')])).rejects.toMatchObject({ code: 'name-reserved' });
    await expect(store.append('a', 'any', [{ ...event('a'), type: '$a' }])).rejects.toMatchObject({ code: 'name-reserved' });
  });
});
