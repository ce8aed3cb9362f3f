/** One test file that ran: its path, its text and how many of its tests passed. */
export interface TestFileRun {
  readonly path: string;
  /** Tests whose product stands on these, whatever their file imports. */
  readonly standsOn?: readonly string[];
  readonly source: string;
  readonly passed: number;
}

export interface EnginesReport {
  readonly used: readonly string[];
  readonly notUsed: readonly string[];
}

const IMPORTED_ENGINE = /^(?:import|export)\b[^'"]*['"]#engines\/([\w-]+)['"]|\bimport\(\s*['"]#engines\/([\w-]+)['"]/gm;

/**
 * An engine counts as used when at least one test passed in a file that lies in the engine's folder or imports the
 * engine. Tests that were skipped, because the engine is not on this machine, do not count.
 */
export function enginesUsed(all: readonly string[], runs: readonly TestFileRun[]): EnginesReport {
  const seen = new Set<string>();
  for (const { path, source, passed, standsOn = [] } of runs) {
    if (passed === 0) continue;
    for (const engine of standsOn) seen.add(engine);
    const folder = /libs[\\/]engines[\\/]([^\\/]+)[\\/]/.exec(path)?.[1];
    if (folder !== undefined) seen.add(folder);
    for (const [, statically, lazily] of source.matchAll(IMPORTED_ENGINE)) seen.add((statically ?? lazily)!);
  }
  const used = all.filter((engine) => seen.has(engine));
  return { used, notUsed: all.filter((engine) => !seen.has(engine)) };
}
