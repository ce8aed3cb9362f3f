import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { enginesUsed } from './engines-used.ts';

/** What of Jest's aggregated result is read here. */
interface RunResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly testFilePath: string;
    readonly numPassingTests: number;
    readonly displayName?: { readonly name: string };
  }[];
}

/** What the built product of a project's tests stands on. */
const ENGINES_OF_PROJECT: Readonly<Record<string, readonly string[]>> = {
  e2e: ['sqlite'],
  'e2e-distributed': ['eventstoredb', 'kafka', 'postgres'],
  'e2e-distributed-more': ['eventstoredb', 'kafka', 'postgres'],
};

const ENGINES = fileURLToPath(new URL('../libs/engines', import.meta.url));

function engineNames(): string[] {
  return readdirSync(ENGINES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Ends a run with two plain lines: the engines that tests passed on, and the counts for whoever reads by machine. */
export default class SummaryReporter {
  onRunComplete(_contexts: unknown, results: RunResults): void {
    const runs = results.testResults.map((file) => ({
      path: file.testFilePath,
      source: readFileSync(file.testFilePath, 'utf8'),
      passed: file.numPassingTests,
      standsOn: ENGINES_OF_PROJECT[file.displayName?.name ?? ''] ?? [],
    }));
    const { used, notUsed } = enginesUsed(engineNames(), runs);
    const missing = notUsed.length > 0 ? `; not used: ${notUsed.join(', ')}` : '';
    // A file that could not run at all has no tests to count: it is a failure nevertheless.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const engines = `engines used: ${used.join(', ') || 'none'}${missing}\n`;
    const counts = `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`;
    // Jest prints its own summary after every other reporter; these lines are to stand at the very end.
    process.once('exit', () => process.stdout.write(engines + counts));
  }
}
