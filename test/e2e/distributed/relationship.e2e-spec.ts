import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../relationship.e2e-spec.ts'));
