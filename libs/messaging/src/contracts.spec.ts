import { describe, expect, test } from '@jest/globals';
import type { Instant, Position, RecordedEvent } from '#kernel';
import {
  asyncApiDocument,
  cloudEventOf,
  deadLetterMessage,
  INCOMING_CONTRACTS,
  migrationEventMessage,
  migrationStatusMessage,
  readBusMessage,
  readFact,
  readHttpEvents,
  topicPlan,
  traceContextOf,
  withoutPersonalData,
} from './index.ts';

const CUSTOMER = 'AAAAAAAA-1111-4111-8111-111111111111';
const PARTNER = 'bbbbbbbb-1111-4111-8111-111111111111';
const event = {
  specversion: '1.0',
  id: 'e1',
  source: 'urn:upstream',
  type: 'cutover.customer.relationship-accepted.v1',
  data: { customerTenantId: CUSTOMER, partnerTenantId: PARTNER, occurredAt: '2026-12-01T10:00:00+02:00' },
};

describe('events over HTTP', () => {
  test('structured, in any charset and case of the header', () => {
    expect(readHttpEvents({ 'Content-Type': 'application/cloudevents+json; charset=UTF-8' }, JSON.stringify(event))).toEqual({
      ok: true,
      events: [{ ok: true, event }],
    });
  });

  test('binary: attributes in headers, data in the body', () => {
    const { data, ...attributes } = event;
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    expect(readHttpEvents({ ...headers, 'content-type': 'application/json' }, JSON.stringify(data))).toEqual({
      ok: true,
      events: [{ ok: true, event }],
    });
  });

  test('a batch keeps its good events beside its bad ones', () => {
    const reading = readHttpEvents(
      { 'content-type': 'application/cloudevents-batch+json' },
      JSON.stringify([event, { ...event, id: '' }, 7]),
    );
    expect(reading).toMatchObject({ ok: true, events: [{ ok: true }, { ok: false }, { ok: false, payload: 7 }] });
  });

  test.each([
    [{ 'content-type': 'application/json' }, '{}', 'no-cloud-event'],
    [{ 'content-type': 'application/cloudevents+json' }, '{', 'not-json'],
    [{ 'content-type': 'application/cloudevents-batch+json' }, '{}', 'not-json'],
    [{ 'content-type': 'application/cloudevents-batch+json' }, `[{"data":${'['.repeat(63)}${']'.repeat(63)}}]`, 'not-json'],
  ])('%j %s holds no event: %s', (headers, body, code) => {
    expect(readHttpEvents(headers, body)).toMatchObject({ ok: false, code });
  });
});

describe('events from a topic', () => {
  test('what is nested without end stays the text that it is; brackets in a text nest nothing', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(readBusMessage({ headers: {}, value: deep })).toMatchObject([{ ok: false, payload: deep }]);
    const wordy = { ...event, data: { ...event.data, note: `"[{\\${'['.repeat(100)}` } };
    expect(readBusMessage({ headers: {}, value: JSON.stringify(wordy) })).toEqual([{ ok: true, event: wordy }]);
  });

  test('structured without a time, binary, and what is no event at all', () => {
    expect(readBusMessage({ headers: { 'content-type': 'application/cloudevents+json' }, value: JSON.stringify(event) })).toEqual([
      { ok: true, event },
    ]);
    const { data, ...attributes } = event;
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));
    expect(readBusMessage({ headers, value: JSON.stringify(data) })).toEqual([{ ok: true, event }]);
    expect(readBusMessage({ headers: {}, value: '\u0000 poison' })).toMatchObject([{ ok: false, payload: '\u0000 poison' }]);
    expect(readBusMessage({ headers: {}, value: 'null' })).toMatchObject([{ ok: false, payload: null }]);
  });
});

describe('what an event says', () => {
  test('GUIDs become lower case, times UTC', () => {
    expect(readFact(event)).toEqual({
      ok: true,
      fact: {
        about: 'relationship',
        change: 'accepted',
        customerTenantId: CUSTOMER.toLowerCase(),
        partnerTenantId: PARTNER,
        occurredAt: '2026-12-01T08:00:00.000Z',
      },
    });
  });

  test('an unknown type and data that is not as agreed are told apart, and each fault is named', () => {
    expect(readFact({ type: 'cutover.customer.relationship-accepted.v9', data: {} })).toMatchObject({ ok: false, reason: 'unknown-type' });
    const original = {
      type: 'cutover.original.renewed.v1',
      data: { customerTenantId: CUSTOMER, subscriptionId: 'x', termEnd: '2026-02-30', occurredAt: 'yesterday' },
    };
    const reading = readFact(original);
    expect(reading).toMatchObject({ ok: false, reason: 'invalid-data' });
    expect(reading.ok ? '' : reading.detail).toMatch(/subscriptionId.*termEnd.*occurredAt/);
  });

  test('names of attributes are as CloudEvents wants them', () => {
    expect(cloudEventOf({ ...event, 'Bad Name': 1 })).toMatchObject({ ok: false });
  });
});

describe('what goes out', () => {
  const recorded: RecordedEvent = {
    eventId: 'cccccccc-1111-4111-8111-111111111111',
    type: 'migration.registered.v1',
    streamId: 'migration-m1',
    revision: 0,
    position: 7n as Position,
    data: { migrationId: 'm1', customerName: 'Contoso', lines: [{ note: 'secret', seats: 1 }] },
    metadata: {
      occurredAt: '2026-12-01T08:00:00.000Z' as Instant,
      recordedAt: '2026-12-01T08:00:01.000Z' as Instant,
      actor: 'automation',
      correlationId: 'm1',
      causationId: 'c1',
    },
  };

  test('a migration event keeps its id, and leaves personal data behind', () => {
    const message = migrationEventMessage(recorded, {
      migrationId: 'm1',
      partnerTenantId: PARTNER,
      personal: ['/customerName', '/lines/*/note', '/absent'],
    });
    expect(message.key).toBe('m1');
    expect(JSON.parse(message.value)).toMatchObject({
      id: recorded.eventId,
      type: recorded.type,
      source: `urn:cutover:${PARTNER}`,
      subject: 'm1',
      time: '2026-12-01T08:00:00.000Z',
      data: { migrationId: 'm1', lines: [{ seats: 1 }] },
    });
    expect(message.value).not.toMatch(/Contoso|secret/);
    expect(recorded.data).toHaveProperty('customerName', 'Contoso');
  });

  test('binary on request: attributes in headers, data in the value, and the same event when it is read', () => {
    const options = { migrationId: 'm1', partnerTenantId: PARTNER, personal: ['/lines'] };
    const [structured] = readBusMessage(migrationEventMessage(recorded, options));
    const message = migrationEventMessage(recorded, { ...options, mode: 'binary' });
    expect(message.headers).toMatchObject({ ce_type: recorded.type, ce_subject: 'm1', 'content-type': 'application/json' });
    expect(JSON.parse(message.value)).toEqual({ migrationId: 'm1', customerName: 'Contoso' });
    const { datacontenttype: _, ...event } = structured?.ok ? structured.event : { datacontenttype: undefined };
    expect(readBusMessage(message)).toEqual([{ ok: true, event }]);
  });

  test('the trace of what caused an event goes on with it: in the event, and in the headers', () => {
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=b' };
    const message = migrationEventMessage(recorded, { migrationId: 'm1', partnerTenantId: PARTNER, personal: [], trace });
    expect(message.headers).toMatchObject(trace);
    expect(readBusMessage(message)).toMatchObject([{ event: trace }]);
    expect(traceContextOf({}, { ...trace, tracestate: '' })).toEqual({ traceparent: trace.traceparent });
    expect(traceContextOf({ traceparent: 'made up' }, { traceparent: 7 })).toBeUndefined();
  });

  test('a dead letter is the message as it came, with why in further headers', () => {
    const message = { key: 'k', headers: { ce_id: '1' }, value: 'poi\u0000son' };
    expect(deadLetterMessage(message, { reason: 'no-cloud-event', detail: 'no JSON text', attempts: 1 })).toEqual({
      ...message,
      headers: { ce_id: '1', reason: 'no-cloud-event', detail: 'no JSON text', attempts: '1' },
    });
  });

  test('the plan holds every topic of the contract, and a dead-letter topic for each that comes in', () => {
    const plan = topicPlan({ partitions: 3, replication: 2 });
    expect(plan.map(({ name }) => name)).toEqual([
      'customer-relationships',
      'original-subscriptions',
      'migration-events',
      'migration-status',
      'customer-relationships.dead-letter',
      'original-subscriptions.dead-letter',
    ]);
    expect(plan.filter(({ cleanup }) => cleanup === 'compact').map(({ name }) => name)).toEqual(['migration-status']);
    expect(plan.every(({ partitions, replication }) => partitions === 3 && replication === 2)).toBe(true);
    expect(topicPlan()[0]).not.toHaveProperty('replication');
  });

  test('pointers are unescaped, and lead nowhere without harm', () => {
    expect(withoutPersonalData({ 'a/b': 1, c: [1, 2] }, ['/a~1b', '/c/*', '/c/x/y'])).toEqual({ c: [null, null] });
  });

  test('a status is the same message for the same version', () => {
    const summary = { id: 'm1', version: 3, updatedAt: '2026-12-01T08:00:00.000Z' as Instant };
    expect(migrationStatusMessage(summary, PARTNER)).toEqual(migrationStatusMessage({ ...summary }, PARTNER));
    expect(readBusMessage(migrationStatusMessage(summary, PARTNER))).toMatchObject([
      { ok: true, event: { type: 'cutover.migration.status.v1', data: summary } },
    ]);
  });

  test('the AsyncAPI document names every message on its topic', () => {
    const document = asyncApiDocument({ version: '1.2.3', migrationEventTypes: ['migration.registered.v1'] });
    expect(document).toMatchObject({ asyncapi: '3.0.0', info: { version: '1.2.3' } });
    const { channels, components } = JSON.parse(JSON.stringify(document)) as {
      channels: Record<string, { messages: object }>;
      components: { messages: Record<string, { payload: { properties: { data: object } } }> };
    };
    expect(Object.keys(channels)).toEqual(['customer-relationships', 'original-subscriptions', 'migration-events', 'migration-status']);
    for (const { type, topic } of INCOMING_CONTRACTS) expect(channels[topic]!.messages).toHaveProperty([type]);
    expect(components.messages['cutover.original.renewed.v1']!.payload.properties.data).toMatchObject({
      required: ['customerTenantId', 'subscriptionId', 'occurredAt'],
    });
  });
});
