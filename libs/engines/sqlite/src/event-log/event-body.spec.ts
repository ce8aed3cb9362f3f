import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EventMetadata, type Instant, derivedId, instantFromEpoch } from '#kernel';
import { decodeBody, encodeBody } from './event-body.ts';

const ID = derivedId('subject');
const STREAM = `migration-${ID}`;

function metadataOf(change: Partial<EventMetadata> = {}): EventMetadata {
  const at = instantFromEpoch(0);
  return { occurredAt: at, recordedAt: at, actor: 'automation', correlationId: ID, causationId: derivedId('command'), ...change };
}

function written(metadata: EventMetadata, data: unknown, streamId: string): string {
  return encodeBody({ eventId: derivedId('event'), type: 'a.b.v1', data, metadata }, streamId);
}

describe('the body of a stored event', () => {
  test('gives back data and metadata, whatever in them is the same', () => {
    const text = fc.constantFrom('', ID, derivedId('command'), STREAM, 'other');
    const time = fc.constantFrom('2026-12-01T08:00:00.000Z', '2026-12-01T08:00:00.001Z') as fc.Arbitrary<Instant>;
    const metadata = fc.record(
      { occurredAt: time, recordedAt: time, actor: text, correlationId: text, causationId: text, reason: fc.string() },
      { requiredKeys: ['occurredAt', 'recordedAt', 'actor', 'correlationId', 'causationId'] },
    );
    fc.assert(
      fc.property(
        metadata,
        fc.json().map((json) => JSON.parse(JSON.stringify(JSON.parse(json))) as unknown),
        text,
        (some, data, streamId) => {
          expect(decodeBody(written(some as EventMetadata, data, streamId), streamId)).toEqual({ data, metadata: some });
        },
      ),
    );
  });

  test('tells nothing twice: not the id in the name of its stream, and no time or id again', () => {
    expect(written(metadataOf(), {}, STREAM)).not.toContain(ID);
    expect(written(metadataOf({ correlationId: derivedId('command') }), {}, STREAM).split(derivedId('command'))).toHaveLength(2);
  });

  test('is read as it was written before stream names counted', () => {
    const body = JSON.stringify([{}, metadataOf().occurredAt, 0, 'automation', derivedId('command'), ID]);
    expect(decodeBody(body, STREAM).metadata).toEqual(metadataOf());
  });
});
