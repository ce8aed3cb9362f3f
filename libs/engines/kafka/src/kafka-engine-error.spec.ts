import { expect, test } from '@jest/globals';
import { brokerFailure, KafkaEngineError } from './kafka-engine-error.ts';

/** As kafkajs throws: a name, sometimes the protocol's own error, and what it began with as the cause. */
function thrown(name: string, { type, cause }: { readonly type?: string; readonly cause?: Error } = {}): Error {
  return Object.assign(new Error(`${name} said something`, cause && { cause }), { name, type });
}

test.each([
  ['broker-unreachable', thrown('KafkaJSNumberOfRetriesExceeded', { cause: thrown('KafkaJSConnectionError') })],
  ['broker-unreachable', thrown('KafkaJSNonRetriableError', { cause: new TypeError('cannot read properties of null') })],
  ['broker-login-refused', thrown('KafkaJSNonRetriableError', { cause: thrown('KafkaJSSASLAuthenticationError') })],
  ['broker-access-denied', thrown('KafkaJSProtocolError', { type: 'GROUP_AUTHORIZATION_FAILED' })],
  ['topic-missing', thrown('KafkaJSProtocolError', { type: 'UNKNOWN_TOPIC_OR_PARTITION' })],
  ['message-too-large', thrown('KafkaJSNonRetriableError', { cause: thrown('KafkaJSProtocolError', { type: 'MESSAGE_TOO_LARGE' }) })],
  ['broker-failed', thrown('KafkaJSProtocolError', { type: 'INVALID_REQUIRED_ACKS' })],
  ['broker-failed', 'no error at all'],
])('%s: %s', (code, error) => {
  const failure = brokerFailure(error, 'publishing to t');
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(/^publishing to t: /);
});

test('what says already what to do is told as it is', () => {
  const failure = new KafkaEngineError('topic-missing', 'topic t does not exist');
  expect(brokerFailure(failure, 'consuming t')).toBe(failure);
});
