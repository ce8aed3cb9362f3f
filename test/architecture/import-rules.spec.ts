import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { importRules } from '../../eslint.import-rules.js';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');

/**
 * The fixtures mirror the repository's tree. In them each line that breaks a rule ends in `// refused`: exactly those
 * lines must be reported, so a rule that does not bite and a rule that bites too much both fail here.
 */
describe('import rules', () => {
  const refused = new Map<string, number[]>();

  beforeAll(async () => {
    const eslint = new ESLint({
      cwd: fixtures,
      overrideConfigFile: true,
      overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...importRules],
    });
    for (const result of await eslint.lintFiles(['.'])) {
      const fatal = result.messages.find((message) => message.fatal);
      if (fatal) throw new Error(`${result.filePath}: ${fatal.message}`);
      const lines = result.messages.map((message) => message.line);
      refused.set(
        relative(fixtures, result.filePath),
        [...new Set(lines)].sort((a, b) => a - b),
      );
    }
  }, 30_000);

  const marked = (file: string): number[] =>
    readFileSync(join(fixtures, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (line.endsWith('// refused') ? [index + 1] : []));

  test.each([
    'apps/standalone/src/side-door.ts',
    'libs/application/src/outward.ts',
    'libs/application/src/service/real-time.ts',
    'libs/conformance/src/outward.ts',
    'libs/engines/sqlite/src/outward.ts',
    'libs/engines/sqlite/src/store.conformance-spec.ts',
    'libs/event-sourcing/src/outward.ts',
    'libs/imports/src/outward.ts',
    'libs/kernel/src/clock-and-chance.ts',
    'libs/kernel/src/outward.ts',
    'libs/messaging/src/outward.ts',
    'libs/migration/src/licenses/progress/leaves.ts',
    'libs/migration/src/outward.ts',
    'libs/migration/src/utils.ts',
    'libs/partner-center/src/outward.ts',
    'libs/read-models/src/outward.ts',
  ])('%s: each marked line is refused, and no other', (file) => {
    expect(marked(file)).not.toHaveLength(0);
    expect(refused.get(file)).toEqual(marked(file));
  });

  test.each(['libs/kernel/src/clean.ts', 'libs/kernel/src/instant.ts'])('%s keeps the rules', (file) => {
    expect(refused.get(file)).toEqual([]);
  });

  test('every fixture is looked at', () => {
    expect(refused.size).toBe(18);
  });
});
