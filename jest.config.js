const libs = 'kernel|migration|event-sourcing|conformance|partner-center|messaging|read-models|imports|application';

/** The aliases of package.json lead to the built files; tests run on the sources. */
const moduleNameMapper = {
  '^#engines/(.*)$': '<rootDir>/libs/engines/$1/src/index.ts',
  [`^#(${libs})$`]: '<rootDir>/libs/$1/src/index.ts',
  '^#eventstoredb-server$': '<rootDir>/test/eventstoredb-server/index.ts',
};

const tier = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  moduleNameMapper,
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/architecture/fixtures/'],
});

/** On engines that are servers: what can only go wrong there, and two of the journeys, are part of every run. */
const inEveryRun = ['purchases', 'messages', 'bad-messages', 'engines-at-start', 'engines-killed', 'roles'];
const more = ['relationship', 'steering', 'reading-and-writing', 'imports', 'live-stream', 'faults'];
const distributed = (names) => names.map((name) => `<rootDir>/test/e2e/distributed/${name}.e2e-spec.ts`);

/** One project a tier, in the order of cost: the suffix of a file says its tier. */
export default {
  reporters: ['default', '<rootDir>/test/summary-reporter.ts'],
  projects: [
    tier('unit', ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/apps/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts']),
    tier('conformance', ['<rootDir>/**/*.conformance-spec.ts']),
    tier('simulation', ['<rootDir>/test/simulation/**/*.simulation-spec.ts']),
    tier('e2e', ['<rootDir>/test/e2e/*.e2e-spec.ts']),
    tier('e2e-distributed', distributed(inEveryRun)),
    tier('e2e-distributed-more', distributed(more)),
  ],
};
