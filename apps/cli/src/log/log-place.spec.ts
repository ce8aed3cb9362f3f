import { expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { logPlaceOf, nameOfPlace, samePlace } from './log-place.ts';

const shown = (text: string): string => nameOfPlace(logPlaceOf(text, '--from'));

test('a place is a folder, or an EventStoreDB of one or several nodes', () => {
  expect(logPlaceOf('./data', '--from')).toEqual({ kind: 'folder', path: resolve('data') });
  expect(logPlaceOf('esdb://a:2113,b:2113?tls=false', '--from')).toMatchObject({ kind: 'event-store' });
  expect(logPlaceOf('esdb+discover://cluster.example:2113', '--from')).toMatchObject({ kind: 'event-store' });
  for (const wrong of ['', 'esdb://', 'http://eventstore:2113', 'postgres://x'])
    expect(() => logPlaceOf(wrong, '--from')).toThrow(/^--from /);
});

test('is shown without login and options', () => {
  expect(shown('esdb://admin:p/a@b@a:2113,b:2113?tls=false')).toBe('esdb://a:2113,b:2113');
  expect(shown('esdb+discover://cluster.example:2113')).toBe('esdb+discover://cluster.example:2113');
});

test('is the same place however it is written', () => {
  expect(samePlace(logPlaceOf('./data/', '--from'), logPlaceOf('data', '--to'))).toBe(true);
  expect(samePlace(logPlaceOf('esdb://a:2113?tls=false', '--from'), logPlaceOf('esdb://u:p@a:2113', '--to'))).toBe(true);
  expect(samePlace(logPlaceOf('esdb://a:2113', '--from'), logPlaceOf('esdb://b:2113', '--to'))).toBe(false);
});
