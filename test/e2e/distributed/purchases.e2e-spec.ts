import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../purchases.e2e-spec.ts'));
