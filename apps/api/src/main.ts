import '../../composition/src/require-node.ts';

const { runRole } = await import('../../composition/src/run-role.ts');
await runRole('api');
