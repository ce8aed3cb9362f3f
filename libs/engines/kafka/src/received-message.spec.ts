import { expect, test } from '@jest/globals';
import { receivedMessage, VALUE_ENCODING } from './received-message.ts';

const lane = { topic: 't', partition: 3 };
const raw = { key: Buffer.from('k-ü'), offset: '9007199254740993', headers: {} };

test('a text comes as it was sent, with its place and headers', () => {
  const headers = { one: Buffer.from('ß'), twice: [Buffer.from('first'), Buffer.from('last')], none: undefined };
  expect(receivedMessage(lane, { ...raw, headers, value: Buffer.from('{"a":"👩‍🚀"}') })).toEqual({
    ...lane,
    offset: 9007199254740993n,
    key: 'k-ü',
    headers: { one: 'ß', twice: 'last' },
    value: '{"a":"👩‍🚀"}',
  });
  expect(receivedMessage(lane, { ...raw, key: null, value: Buffer.alloc(0) })).toMatchObject({ key: '', value: '', headers: {} });
});

test('a tombstone is no message', () => {
  expect(receivedMessage(lane, { ...raw, value: null })).toBeUndefined();
});

test('what is no text comes in base64, whole', () => {
  const bytes = Buffer.from([0, 255, 254, 10]);
  expect(receivedMessage(lane, { ...raw, value: bytes })).toMatchObject({
    headers: { [VALUE_ENCODING]: 'base64' },
    value: bytes.toString('base64'),
  });
});

test.each([
  ['of text', Buffer.alloc(10 * 1024 * 1024, 'x')],
  ['of no text', Buffer.alloc(1024 * 1024, 255)],
])('what is larger than a message may be %s comes as where it lies', (_, value) => {
  const message = receivedMessage(lane, { ...raw, value });
  expect(message?.headers).toEqual({ [VALUE_ENCODING]: 'reference' });
  expect(JSON.parse(message!.value)).toMatchObject({ ...lane, offset: raw.offset, bytes: value.length, sha256: expect.any(String) });
  expect(message!.value.length).toBeLessThan(2048);
});
