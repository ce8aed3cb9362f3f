import { expect, test } from '@jest/globals';
import { migrationIdOf, migrationOfStream, migrationStreamOf } from './migration-id.ts';

test('a stream tells whose it is', () => {
  const id = migrationIdOf('partner', 'customer', 0);
  expect(migrationOfStream(migrationStreamOf(id))).toBe(id);
  expect(migrationOfStream(`import-${id}`)).toBeUndefined();
});
