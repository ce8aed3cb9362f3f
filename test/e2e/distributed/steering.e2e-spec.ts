import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../steering.e2e-spec.ts'));
