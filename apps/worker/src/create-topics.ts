import '../../composition/src/require-node.ts';

const { runCreateTopics } = await import('./run-create-topics.ts');
await runCreateTopics(process.env);
