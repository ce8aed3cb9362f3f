import type { ServiceOptions } from './service-options.ts';
import type { HealthPart } from './service.ts';

/** The engines, and whoever follows the log. */
export function healthParts({ store, bus, readModels }: Pick<ServiceOptions, 'store' | 'bus' | 'readModels'>): readonly HealthPart[] {
  return [
    { name: 'log', check: () => store.check() },
    { name: 'bus', check: () => bus.check() },
    { name: 'read-models', check: () => readModels.check() },
    { name: 'projections', check: () => readModels.checkFollowing() },
  ];
}
