import { derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend } from '#kernel';

const TIME = instantFromEpoch(Date.UTC(2026, 10, 23, 7));

/** An event whose id follows from its name. */
export function event(name: string, data: unknown = { name }): EventToAppend {
  return {
    eventId: derivedId('conformance', name),
    type: 'conformance.happened.v1',
    data,
    metadata: {
      occurredAt: TIME,
      recordedAt: TIME,
      actor: 'automation',
      correlationId: derivedId('correlation', name),
      causationId: derivedId('causation', name),
    },
  };
}

export function events(prefix: string, count: number): EventToAppend[] {
  return Array.from({ length: count }, (_, index) => event(`${prefix}-${index}`));
}

export function idsOf(list: readonly { readonly eventId: string }[]): string[] {
  return list.map(({ eventId }) => eventId);
}
