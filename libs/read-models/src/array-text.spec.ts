import { expect, test } from '@jest/globals';
import pg from 'pg';
import { arrayText } from './array-text.ts';

const TEXT_ARRAY = 1009;
/** As the driver reads what a server sends, which is as a server reads what it is sent. */
const readBack = (pg.types.getTypeParser as (type: number) => (text: string) => unknown)(TEXT_ARRAY);

test('any text comes back as it was', () => {
  const texts = ['', 'NULL', 'a b', '{"a":["b\\"c",1]}', 'a\\nb', 'line\nline', '\t', '{},', "it's", 'ÄΩ😀', '\\', '"', '\u0001"\\'];
  expect(readBack(arrayText(texts))).toEqual(texts);
});

test('nothing is NULL, numbers are themselves', () => {
  expect(arrayText([null, undefined, 1, -2n, 'NULL'])).toBe('{NULL,NULL,1,-2,"NULL"}');
  expect(arrayText([])).toBe('{}');
});
