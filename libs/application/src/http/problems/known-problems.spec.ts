import { expect, test } from '@jest/globals';
import { problemOf } from './known-problems.ts';

function failure(code: string): Error {
  return Object.assign(new Error('for the operator: host, port and user'), { code });
}

test.each([
  ['event-store-unreachable', 'log-unavailable'],
  ['event-store-timeout', 'log-unavailable'],
  ['append-outcome-unknown', 'log-unavailable'],
  ['ENOSPC', 'log-unavailable'],
  ['postgres-unreachable', 'read-models-unavailable'],
  ['broker-unreachable', 'bus-unavailable'],
  ['topic-missing', 'bus-unavailable'],
])('an engine that says %s is away: 503 %s, to be asked again, and nothing of what it said goes out', (code, told) => {
  const problem = problemOf(failure(code));
  expect([problem.status, problem.code]).toEqual([503, told]);
  expect(problem.headers).toEqual({ 'retry-after': '1' });
  expect(problem.message).not.toContain('operator');
});

test('what nobody knows is a fault of ours', () => {
  expect(problemOf(failure('something-else'))).toMatchObject({ status: 500, code: 'internal-error' });
});
