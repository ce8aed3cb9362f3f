import { expect, jest, test } from '@jest/globals';
import { MemoryMessageBus } from '#engines/memory';
import { type IncomingEvent, type Message, type ReceivedMessage, TOPICS, deadLetterTopicOf } from '#messaging';
import { createBusIntake } from './bus-intake.ts';
import { CUSTOMER, NOW, PARTNER, incoming, original, relationship, setUp } from './intake-for-spec.ts';

const TOPIC = TOPICS.customerRelationships;
const MEBIBYTE = 1024 * 1024;
/** What a server's log takes in one append; encrypted data grows by a third. */
const LARGEST_APPEND = (MEBIBYTE / 4) * 3;
const OTHER_PARTNER = '77777777-7777-4777-8777-777777777777';

function large(event: IncomingEvent, more: object): string {
  return JSON.stringify(event.ok ? { ...event.event, ...more } : event.payload);
}

function busIntake() {
  const specified = setUp();
  const published: Message[] = [];
  const bus = new MemoryMessageBus();
  const publish = async (topic: string, messages: readonly Message[]) => {
    await bus.publish(topic, messages);
    if (topic === deadLetterTopicOf(TOPIC)) published.push(...messages);
  };
  const onError = jest.fn();
  const handle = createBusIntake({ intake: specified.intake, bus: { publish }, partnerTenantId: PARTNER, onError });
  const receive = (value: string) => {
    const message: ReceivedMessage = { topic: TOPIC, partition: 0, offset: 0n, key: CUSTOMER, headers: {}, value };
    return handle([message]);
  };
  const largestEvent = async () => Math.max(...(await specified.store.readAll()).map(sizeOf));
  return { ...specified, receive, published, onError, largestEvent };
}

function sizeOf({ data, metadata }: { readonly data: unknown; readonly metadata: unknown }): number {
  return Buffer.byteLength(JSON.stringify([data, metadata]));
}

const filler = 'x'.repeat(1_040_000);

test.each([
  ['bytes in base64', Buffer.alloc((MEBIBYTE / 4) * 3, 255).toString('base64'), 'no-cloud-event'],
  ['signs that JSON escapes', '\u0001'.repeat(MEBIBYTE), 'no-cloud-event'],
  ['text that UTF-8 takes three bytes for', '€'.repeat(MEBIBYTE / 3), 'no-cloud-event'],
  ['data that is not as agreed', large(relationship('a', 'accepted', 'never'), { note: filler }), 'invalid-data'],
  ['an id and a source', JSON.stringify({ id: filler.slice(1e5), source: filler.slice(0, 1e5) }), 'no-cloud-event'],
  ['a type', large(incoming('a', 'x', {}), { type: filler }), 'unknown-type'],
])('too much for the log, of %s, is parked as a reference, and is a dead letter as it came', async (_, value, reason) => {
  const { receive, waitingIn, published, onError, largestEvent, intake } = busIntake();
  await receive(value);
  const [parked, ...others] = await waitingIn();
  expect([parked!.reason, others]).toEqual(['too-large-to-keep', []]);
  expect(parked!.detail).toMatch(/does not fit into the log.*no replay can apply it/);
  expect(parked!.message.payload).toEqual({
    tooLargeToKeep: { bytes: Buffer.byteLength(value), sha256: expect.any(String), beginning: value.slice(0, 1024) },
  });
  expect(await largestEvent()).toBeLessThan(20_000);
  expect(published).toMatchObject([{ value, headers: { reason } }]);
  expect(published[0]!.headers.detail!.length).toBeLessThan(2_000);
  expect(onError).not.toHaveBeenCalled();
  expect(await intake.replay(parked!.messageId)).toMatchObject({ applied: 0, stoppedBy: { reason: 'too-large-to-keep' } });
  await receive(value);
  expect(await waitingIn()).toHaveLength(1);
});

test('of a message too large for the log that can be used its fact is kept, and applied when its customer is there', async () => {
  const { receive, register, waitingIn, latest, largestEvent, published } = busIntake();
  await receive(large(relationship('a', 'accepted', NOW), { note: filler }));
  expect((await waitingIn()).map(({ reason, message }) => [reason, message.payload])).toEqual([
    [
      'unknown-customer',
      {
        specversion: '1.0',
        id: 'a',
        source: 'urn:upstream',
        type: 'cutover.customer.relationship-accepted.v1',
        data: { customerTenantId: CUSTOMER, partnerTenantId: PARTNER, occurredAt: NOW },
      },
    ],
  ]);
  await register();
  expect(await waitingIn()).toEqual([]);
  expect((await latest())?.relationshipFacts).toMatchObject([{ kind: 'accepted' }]);
  await receive(large(original('b', 'renewed', NOW, { termEnd: '2027-12-31' }), { id: filler.slice(0, 1_000_000) }));
  expect((await latest())?.lines[0]?.originalFacts).toMatchObject([{ kind: 'renewed' }]);
  expect(await largestEvent()).toBeLessThan(20_000);
  await receive(large(relationship('c', 'accepted', NOW, OTHER_PARTNER), { note: filler }));
  expect((await waitingIn()).map(({ reason }) => reason)).toEqual(['other-partner']);
  expect(published).toHaveLength(1);
});

test('what fits is kept as it came', async () => {
  const { receive, waitingIn, largestEvent } = busIntake();
  const value = 'x'.repeat(512 * 1024 - 2);
  await receive(value);
  expect((await waitingIn()).map(({ message }) => message.payload)).toEqual([value]);
  expect(await largestEvent()).toBeLessThan(LARGEST_APPEND);
});

test('long ids with the same beginning are ids of two messages', async () => {
  const { receive, waitingIn } = busIntake();
  for (const end of ['1', '2', '1']) await receive(JSON.stringify({ id: filler.slice(0, 5_000) + end, source: 's' }));
  expect(await waitingIn()).toHaveLength(2);
});
