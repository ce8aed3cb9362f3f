import { expect, test } from '@jest/globals';
import { nodeVersionFault } from './node-version.ts';

test.each(['24.0.0', '24.21.0', '25.1.0', '100.0.0'])('%s will do', (version) => {
  expect(nodeVersionFault(version)).toBeUndefined();
});

test.each(['18.20.4', '20.20.2', '23.11.1', ''])('%s is too old, and the message says what to do', (version) => {
  expect(nodeVersionFault(version)).toMatch(/needs Node\.js 24 or newer, and this is .*npm start.*nodejs\.org/);
});
