const alias = { '^#engines/(.*)$': '<rootDir>/libs/engines/$1/src/index.ts', '^#(kernel|migration|event-sourcing|conformance|partner-center|messaging|read-models|imports|application)$': '<rootDir>/libs/$1/src/index.ts' };

const tier = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  moduleNameMapper: alias,
  modulePathIgnorePatterns: ['<rootDir>/dist'],
});

/** One project a tier, in the order of cost: the suffix of a file says its tier. */
export default {
  projects: [
    tier('unit', ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/apps/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts']),
    tier('conformance', ['<rootDir>/**/*.conformance-spec.ts']),
    tier('simulation', ['<rootDir>/test/simulation/**/*.simulation-spec.ts']),
    tier('e2e', ['<rootDir>/test/e2e/**/*.e2e-spec.ts']),
  ],
};
