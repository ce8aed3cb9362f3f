import type { ResolvedEvent } from '@eventstore/db-client';
import { describe, expect, test } from '@jest/globals';
import { derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend } from '#kernel';
import { positionOf, readEventOf, revisionOf, storedEvent } from './stored-event.ts';

const TIME = instantFromEpoch(Date.UTC(2026, 10, 23));
const EVENT: EventToAppend = {
  eventId: derivedId('stored', 'event'),
  type: 'migration.held.v1',
  data: { reason: 'Größe', count: 3 },
  metadata: {
    occurredAt: TIME,
    recordedAt: TIME,
    actor: 'person:a',
    correlationId: 'correlation',
    causationId: 'command',
    reason: 'because',
    evidence: { system: 'graph', requestId: 'r', answerId: 'a', answeredAt: TIME },
  },
};

/** As the client gives back what was written. */
function read(event: EventToAppend, changes: Partial<NonNullable<ResolvedEvent['event']>> = {}): ResolvedEvent {
  const stored = storedEvent(event, 'write-id');
  const recorded = {
    streamId: 's',
    id: stored.writeId,
    revision: 4n,
    type: stored.type,
    data: JSON.parse(stored.data.toString()),
    metadata: JSON.parse(stored.metadata.toString()),
    isJson: true,
    created: new Date(0),
    position: { commit: 2n ** 60n + 1n, prepare: 2n ** 60n + 1n },
    ...changes,
  };
  return { event: recorded };
}

describe('an event in EventStoreDB', () => {
  test('comes back as it was appended', () => {
    expect(readEventOf(read(EVENT))).toEqual({
      event: { ...EVENT, streamId: 's', revision: 4, position: 2n ** 60n + 1n },
      writeId: 'write-id',
    });
    const { reason: _reason, evidence: _evidence, ...plain } = EVENT.metadata;
    expect(readEventOf(read({ ...EVENT, metadata: plain }))?.event.metadata).toEqual(plain);
  });

  test('has flat metadata of texts, with the server’s own names for what belongs together', () => {
    const metadata = JSON.parse(storedEvent(EVENT, 'write-id').metadata.toString()) as Record<string, unknown>;
    expect(metadata).toMatchObject({ $correlationId: 'correlation', $causationId: 'command', eventId: EVENT.eventId });
    expect(Object.values(metadata).every((value) => typeof value === 'string')).toBe(true);
  });

  test.each([
    ['of the server', { streamId: '$stats' }],
    ['a link', { type: '$>' }],
    ['of another program', { metadata: { by: 'another' } }],
    ['without metadata', { metadata: undefined }],
    ['that is no JSON', { isJson: false as unknown as true }],
  ])('%s is not of this log', (_, changes) => {
    expect(readEventOf(read(EVENT, changes))).toBeUndefined();
  });

  test('a position that is two numbers, and a revision that is no number, are refused', () => {
    expect(() => positionOf({ commit: 2n, prepare: 1n })).toThrow(expect.objectContaining({ code: 'position-unusable' }));
    expect(() => positionOf(undefined)).toThrow(expect.objectContaining({ code: 'position-unusable' }));
    expect(() => revisionOf(2n ** 53n)).toThrow(RangeError);
  });
});
