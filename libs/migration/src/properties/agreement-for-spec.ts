import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';

/** `expect(actual).toEqual(expected)`, asked only where they differ: at every step of every history it would cost more than the history. */
export function agrees(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
