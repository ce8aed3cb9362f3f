import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../messages.e2e-spec.ts'));
