import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../imports.e2e-spec.ts'));
