import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../live-stream.e2e-spec.ts'));
