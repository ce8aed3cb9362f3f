import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { URL, fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * Lets Node run the sources themselves, as jest does: the aliases of package.json lead to the built files, and Node alone
 * knows no decorators.
 */
const root = new URL('../../', import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('#')) return next(specifier, context);
    return next(new URL(`libs/${specifier.slice(1)}/src/index.ts`, root).href, context);
  },
  load(url, context, next) {
    if (!url.startsWith(root.href) || !url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
