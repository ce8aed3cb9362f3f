import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { BEFORE_ALL, type DomainEvent, type RecordedEvent } from '#kernel';
import { type EventSchema, defineEventSchemas } from '#event-sourcing';
import {
  MIGRATION_EVENT_SCHEMAS,
  type MigrationEvent,
  type MigrationState,
  NO_MIGRATION,
  licenseReassignmentDecider,
  migrationDecider,
  migrationViewOf,
  toDosOf,
} from './index.ts';
import { examplesWrittenToday } from './golden-stories-for-spec.ts';
import { START } from './migrations-for-spec.ts';

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const schemas = defineEventSchemas(MIGRATION_EVENT_SCHEMAS);

interface Golden {
  readonly type: string;
  readonly data: unknown;
}

function fileOf(type: string): string {
  return `${folder}${type}.json`;
}

/** `GOLDEN=record` writes the file of a type that has none yet; a file that is there is never written again. */
if (process.env['GOLDEN'] === 'record') {
  for (const [type, { event }] of examplesWrittenToday()) {
    if (!existsSync(fileOf(type))) writeFileSync(fileOf(type), `${JSON.stringify({ type, data: event.data }, null, 2)}\n`);
  }
}

function golden(type: string): Golden {
  return JSON.parse(readFileSync(fileOf(type), 'utf8')) as Golden;
}

const goldenTypes = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

/** As it would come out of the log. */
function recorded({ type, data }: Golden): RecordedEvent {
  const metadata = { occurredAt: START, recordedAt: START, actor: 'automation', correlationId: 'c', causationId: 'c' };
  return { eventId: 'e', type, data, metadata, streamId: 's', revision: 0, position: BEFORE_ALL };
}

/** Every field with the kind of its value: `seats: number`, `lines[].skuId: string`. */
function shapeOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [`${path}[]`] : [...new Set(value.flatMap((item) => shapeOf(item, `${path}[]`)))].sort();
  if (value !== null && typeof value === 'object')
    return Object.entries(value)
      .flatMap(([key, inner]) => shapeOf(inner, `${path}.${key}`))
      .sort();
  return [`${path}: ${value === null ? 'null' : typeof value}`];
}

describe('golden files', () => {
  test.each(MIGRATION_EVENT_SCHEMAS.map(({ type }) => type))('%s has one', (type) => {
    expect(goldenTypes).toContain(type);
    expect(golden(type).type).toBe(type);
  });

  test.each(goldenTypes)('%s is a shape that the schemas still know', (type) => {
    expect(schemas.types).toContain(type);
  });

  const today = examplesWrittenToday();
  test.each(MIGRATION_EVENT_SCHEMAS.filter(({ type }) => schemas.isCurrent(type)).map(({ type }) => type))(
    '%s is written today as it was then: another shape is another version',
    (type) => {
      expect(today.get(type)).toBeDefined();
      expect(shapeOf(today.get(type)!.event.data)).toEqual(shapeOf(golden(type).data));
    },
  );

  test.each(MIGRATION_EVENT_SCHEMAS.flatMap(({ type, personal = [] }) => personal.map((pointer) => [type, pointer] as const)))(
    '%s has personal data at %s',
    (type, pointer) => {
      const value = pointer
        .slice(1)
        .split('/')
        .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], golden(type).data);
      expect(typeof value).toBe('string');
    },
  );

  test.each(goldenTypes.filter((type) => type.startsWith('migration.')))('%s folds into a migration that can be shown', (type) => {
    const before = today.get(type)?.before ?? NO_MIGRATION;
    const after = migrationDecider.evolve(before, schemas.toDomainEvent(recorded(golden(type))) as MigrationEvent);
    expect(after).not.toBe(before);
    expect(() => [migrationViewOf(after!, { updatedAt: START, version: 1 }, START), toDosOf(after!)]).not.toThrow();
  });

  test.each(goldenTypes.filter((type) => type.startsWith('license-reassignment.')))('%s folds into the progress of a line', (type) => {
    const after = licenseReassignmentDecider.evolve(
      licenseReassignmentDecider.initialState,
      schemas.toDomainEvent(recorded(golden(type))) as Parameters<typeof licenseReassignmentDecider.evolve>[1],
    );
    expect(after.reassigned.size + after.failed.size).toBe(1);
  });
});

describe('a shape that gets a successor', () => {
  // A first draft that named the customer's tenant in one word and counted seats as text: never shipped, frozen here as the proof of the path.
  const draft: Golden = {
    type: 'migration.draft-registered.v1',
    data: { id: '5b0e4b0e-2f57-5c2c-9a59-93a1a4f5b1c7', tenant: 'e2f1a9c4-90ab-4cde-8f01-23456789abcd', name: 'Contoso', seats: '25' },
  };
  const successors: readonly EventSchema[] = [
    {
      type: 'migration.draft-registered.v1',
      personal: ['/name'],
      upcastTo: {
        type: 'migration.draft-registered.v2',
        up(data) {
          const { seats, ...rest } = data as { seats: string };
          return { ...rest, seats: Number(seats) };
        },
      },
    },
    {
      type: 'migration.draft-registered.v2',
      personal: ['/name'],
      upcastTo: {
        type: 'migration.registered.v1',
        up(data) {
          const { id, tenant, name, seats } = data as { id: string; tenant: string; name: string; seats: number };
          const { data: now } = golden('migration.registered.v1') as { data: { lines: readonly object[] } };
          return {
            ...now,
            migrationId: id,
            customerTenantId: tenant,
            customerName: name,
            lines: now.lines.map((line) => ({ ...line, seats })),
          };
        },
      },
    },
  ];
  const registry = defineEventSchemas([...MIGRATION_EVENT_SCHEMAS, ...successors]);

  test('is read step by step as what follows it, down to today’s', () => {
    const event: DomainEvent = registry.toDomainEvent(recorded(draft));
    expect(event.type).toBe('migration.registered.v1');
    const state: MigrationState = migrationDecider.evolve(NO_MIGRATION, event as MigrationEvent);
    expect(state).toMatchObject({
      customerName: 'Contoso',
      customerTenantId: 'e2f1a9c4-90ab-4cde-8f01-23456789abcd',
      lines: [{ seats: 25 }],
    });
  });

  test('is no longer written, and its personal data is still known', () => {
    expect(registry.isCurrent(draft.type)).toBe(false);
    expect(registry.personalPointers(draft.type)).toEqual(['/name']);
  });

  test('leaves the recorded event as it was', () => {
    const before = structuredClone(draft);
    registry.toDomainEvent(recorded(draft));
    expect(draft).toEqual(before);
  });
});
