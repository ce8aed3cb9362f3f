import { expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { derivedId } from '#kernel';
import { partitionOfKey } from './partition-of-key.ts';

/** Of which every partition has a leader. */
const PARTITIONS = Array.from({ length: 12 }, (_, partitionId) => ({
  partitionId,
  leader: 0,
  partitionErrorCode: 0,
  replicas: [0],
  isr: [0],
}));

test('messages of a key go where every other producer sends them', () => {
  const partitioner = kafkajs.Partitioners.DefaultPartitioner();
  const ids = Array.from({ length: 500 }, (_, index) => derivedId('key', String(index)));
  const keys = ['', 'a', 'ab', 'abc', 'abcd', 'Ärzte & Söhne', '😀😀😀', ...ids];
  const theirs = keys.map((key) => partitioner({ topic: 'any', partitionMetadata: PARTITIONS, message: { key, value: null } }));
  expect(keys.map((key) => partitionOfKey(key, PARTITIONS.length))).toEqual(theirs);
});
