import { expect, test } from '@jest/globals';
import { count, counter } from './counter-for-spec.ts';
import type { Counted } from './counter-for-spec.ts';
import { specify } from './given-when-then.ts';

const { given } = specify(counter);
const counted = (by: number): Counted => ({ type: 'counter.counted.v1', data: { by } });
const { command } = count(1, 'c');

test('holds for what happens', () => {
  given(counted(1)).when(command).then(counted(1));
  given(counted(100)).when(command).then({ refused: 'over-limit' });
  given(counted(100)).when(command).then({ refused: 'over-limit', detail: 'at most 100' });
  given(counted(1)).when({ by: 0 }).thenNothing();
  given(counted(1))
    .when(command)
    .thenState((state) => expect(state).toEqual({ total: 2 }));
});

test.each<[string, () => void]>([
  ['other events', () => given().when(command).then(counted(2))],
  ['fewer events', () => given().when(command).then()],
  ['a refusal that does not come', () => given().when(command).then({ refused: 'over-limit' })],
  ['events where it refuses', () => given(counted(100)).when(command).then(counted(1))],
  ['another detail', () => given(counted(100)).when(command).then({ refused: 'over-limit', detail: 'no' })],
  ['nothing where it refuses', () => given(counted(100)).when(command).thenNothing()],
  ['nothing where something happens', () => given().when(command).thenNothing()],
  [
    'a state after a refusal',
    () =>
      given(counted(100))
        .when(command)
        .thenState(() => undefined),
  ],
])('fails for %s', (_, specification) => {
  expect(specification).toThrow();
});
