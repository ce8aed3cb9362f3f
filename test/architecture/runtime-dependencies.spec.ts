import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };

/** What is imported for its types alone is gone once it is built. */
const IMPORT = /^(?:import|export) (?!type\b)(?:[^'"]*? from )?'([^'.#][^']*)'|\bimport\('([^'.#][^']*)'\)/gm;
const FOR_TESTS = /spec\.ts$|-for-spec\.ts$|^libs\/conformance\//;

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .filter((file) => !FOR_TESTS.test(file));
}

function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The image has no other packages (Dockerfile), and neither has an installation without development’s. */
test('what is deployed imports nothing that is only there for development', () => {
  const imported = [...sourcesIn('apps'), ...sourcesIn('libs')].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, fixed, lazy]) => ({ file, name: packageOf((fixed ?? lazy)!) })),
  );
  expect(imported.length).toBeGreaterThan(100);
  expect(imported.filter(({ name }) => !name.startsWith('node:') && dependencies[name] === undefined)).toEqual([]);
});
