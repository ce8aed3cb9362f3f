import fc from 'fast-check';
import { derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend } from '#kernel';
import type { EventStore } from './event-store.ts';

/** One append of a history: to which stream, and what each of its events carries. */
export interface SpecAppend {
  readonly stream: string;
  readonly contents: readonly { readonly data: Readonly<Record<string, unknown>>; readonly reason: string | undefined }[];
}

/** A history as a service leaves it: few streams, taking turns, anything that JSON can say as data. */
export const history = fc.array(
  fc.record({
    stream: fc.constantFrom('migration-a', 'migration-b', 'import-ä'),
    contents: fc.array(
      fc.record({
        data: fc.dictionary(fc.string(), fc.jsonValue()),
        reason: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Appends a history to a log, each event with an id of its own. */
export async function lived(store: EventStore, appends: readonly SpecAppend[]): Promise<void> {
  for (const [index, { stream, contents }] of appends.entries()) {
    await store.append(
      stream,
      'any',
      contents.map((content, part) => specEvent(`${index}-${part}`, content.data, content.reason)),
    );
  }
}

export function specEvent(name: string, data: unknown = { name }, reason?: string): EventToAppend {
  const id = derivedId('log-spec', name);
  return {
    eventId: id,
    type: 'spec.happened.v1',
    data,
    metadata: {
      occurredAt: instantFromEpoch(0),
      recordedAt: instantFromEpoch(1),
      actor: 'automation',
      correlationId: id,
      causationId: derivedId('cause', name),
      ...(reason !== undefined && { reason }),
    },
  };
}
