/**
 * The URL of a worker's module, beside the module that names it. Run from source (tests), the file is TypeScript, which
 * Node itself strips of its types; run from the build, it is JavaScript.
 */
export function workerModule(name: string, besides: string): URL {
  return new URL(`./${name}.${besides.endsWith('.ts') ? 'ts' : 'js'}`, besides);
}
