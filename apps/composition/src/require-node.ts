/**
 * Stops the process with a clear message where Node.js is too old. An app's `main.ts` imports this first and everything
 * else afterwards by `await import(…)`: a static import of what an old Node.js does not have (`node:sqlite`) would fail
 * before a single line runs.
 */
import { nodeVersionFault } from './node-version.ts';

const fault = nodeVersionFault(process.versions.node);
if (fault !== undefined) {
  process.stderr.write(`${fault}\n`);
  process.exit(1);
}
