import './require-node.ts';

const { runMain } = await import('./run-main.ts');
await runMain();
