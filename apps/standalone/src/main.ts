import '../../composition/src/require-node.ts';

const { runMain } = await import('./run-main.ts');
await runMain();
