import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../faults.e2e-spec.ts'));
