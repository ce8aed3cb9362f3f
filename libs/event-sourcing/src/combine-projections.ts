import { gatheringOf } from './gathering.ts';
import type { Projection } from './projection.ts';

/** Several projections over the same storage as one: one transaction and one checkpoint for all of them. */
export function combineProjections<Tx>(name: string, projections: readonly Projection<Tx>[]): Projection<Tx> {
  return {
    gather() {
      const gatherings = projections.map((projection) => gatheringOf(projection));
      return {
        add(events, domainEvents) {
          for (const gathering of gatherings) gathering.add(events, domainEvents);
        },
        get held() {
          return gatherings.reduce((sum, gathering) => sum + gathering.held, 0);
        },
        async write(tx) {
          for (const gathering of gatherings) await gathering.write(tx);
        },
      };
    },
    name,
    version: projections.reduce((sum, projection) => sum + projection.version, 0),
    async handle(tx, events, domainEvents) {
      for (const projection of projections) await projection.handle(tx, events, domainEvents);
    },
    forget() {
      for (const projection of projections) projection.forget?.();
    },
  };
}
