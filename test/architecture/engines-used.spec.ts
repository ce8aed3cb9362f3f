import { expect, test } from '@jest/globals';
import { enginesUsed } from '../engines-used.ts';

const engines = ['kafka', 'memory', 'postgres', 'sqlite'];

test('an engine is used when a test passed in its folder or in a file that imports it', () => {
  const runs = [
    { path: '/r/libs/engines/memory/src/store.conformance-spec.ts', source: '', passed: 3 },
    { path: '/r/test/simulation/year.simulation-spec.ts', source: "import { open } from '#engines/sqlite';", passed: 1 },
  ];
  expect(enginesUsed(engines, runs)).toEqual({ used: ['memory', 'sqlite'], notUsed: ['kafka', 'postgres'] });
});

test('an engine may be loaded late; its name in a text is no import', () => {
  const runs = [
    { path: '/r/test/e2e/boot.e2e-spec.ts', source: "  const { open } = await import('#engines/postgres');", passed: 1 },
    { path: '/r/test/architecture/names.spec.ts', source: `const text = "import '#engines/kafka'";`, passed: 1 },
  ];
  expect(enginesUsed(engines, runs).used).toEqual(['postgres']);
});

test('skipped and failed tests prove nothing about an engine', () => {
  const runs = [{ path: '/r/libs/engines/kafka/src/bus.conformance-spec.ts', source: "import '#engines/kafka';", passed: 0 }];
  expect(enginesUsed(engines, runs)).toEqual({ used: [], notUsed: engines });
});

test('what a built product stands on is used by the tests of that product', () => {
  const runs = [{ path: '/r/test/e2e/distributed/purchases.e2e-spec.ts', source: '', passed: 1, standsOn: ['kafka', 'postgres'] }];
  expect(enginesUsed(engines, runs).used).toEqual(['kafka', 'postgres']);
});
