import { accept, instantFromEpoch, refuse } from '#kernel';
import type { Clock, Decider, DomainEvent } from '#kernel';
import type { CommandEnvelope } from './command.ts';
import { defineEventSchemas } from './schema-registry.ts';

/** The smallest domain that can be applied, refused and left unchanged, for specs of the machinery. */
export type Counted = DomainEvent<'counter.counted.v1', { by: number }>;
export type Count = { readonly by: number };
export interface Total {
  readonly total: number;
}

export const LIMIT = 100;

export const counter: Decider<Count, Total, Counted, 'over-limit'> = {
  initialState: { total: 0 },
  decide({ by }, { total }) {
    if (by === 0) return accept();
    if (total + by > LIMIT) return refuse('over-limit', `at most ${LIMIT}`);
    return accept({ type: 'counter.counted.v1', data: { by } });
  },
  evolve: ({ total }, { data }) => ({ total: total + data.by }),
};

export const counterSchemas = defineEventSchemas<Counted>([{ type: 'counter.counted.v1' }]);

export const frozenClock: Clock = { now: () => instantFromEpoch(1_800_000_000_000) };

export function count(by: number, id: string, more: Partial<CommandEnvelope<Count>> = {}): CommandEnvelope<Count> {
  return { id, command: { by }, actor: 'person:spec', correlationId: 'spec', ...more };
}
