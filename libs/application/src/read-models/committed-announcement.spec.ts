import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Position } from '#kernel';
import { announcementOf, announcementTexts } from './committed-announcement.ts';

const LONGEST = 7_900;

test('a commit is told in texts that are short enough and together name every stream once', () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), { maxLength: 600 });
  fc.assert(
    fc.property(keys, fc.bigInt({ min: -1n, max: 2n ** 62n }), (streams, at) => {
      const committed = { by: 'worker 1', copy: 'cutover_read_models_v3_12', position: at as Position, keys: streams };
      const texts = announcementTexts(committed);
      expect(texts.every((text) => Buffer.byteLength(text) < LONGEST)).toBe(true);
      const heard = texts.map((text) => announcementOf(text)!);
      expect(heard.flatMap((each) => each.keys)).toEqual(streams);
      for (const each of heard) expect(each).toMatchObject({ by: committed.by, copy: committed.copy, position: committed.position });
    }),
  );
});

test.each(['', 'nonsense', '[]', '["by","copy","no position"]', '{"by":1}'])('%j is no announcement of ours', (text) => {
  expect(announcementOf(text)).toBeUndefined();
});
