import { describe, expect, test } from '@jest/globals';
import { roughPattern } from './migration-filter.ts';

describe('the pattern of a search', () => {
  test.each([
    ['cont', '%cont%'],
    ['Contoso', '%con%toso%'],
    ['contoso l', '%con%tos%o l%'],
    ['contoso lt', '%con%tos%o lt%'],
    ['50%_\\ off', '%50_%__ %off%'],
    ['ab', '%ab%'],
  ])('of %j is cut into pieces of three letters, the last one with the rest: %j', (text, pattern) => {
    expect(roughPattern(text)).toBe(pattern);
  });

  test('is never cut inside of a letter', () => {
    expect(roughPattern('a😀😀😀😀b')).toBe('%a😀😀%😀😀b%');
  });
});
