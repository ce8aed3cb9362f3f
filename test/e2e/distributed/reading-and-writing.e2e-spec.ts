import { onOwnEngines } from './on-own-engines.ts';

await onOwnEngines(() => import('../reading-and-writing.e2e-spec.ts'));
