import '../../composition/src/require-node.ts';

const { runDemoMain } = await import('./demo/demo-main.ts');
await runDemoMain(process.argv.slice(2));
