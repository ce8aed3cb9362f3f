import { createReadStream, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Day } from '#kernel';
import type { CheckedRow } from './checked-row.ts';
import type { ImportCustomer } from './import-target.ts';
import { IMPORT_PROGRAMS } from './programs.ts';
import { readImport } from './read-import.ts';
import { runImport } from './run-import.ts';

const SAMPLES = new URL('../../../samples/', import.meta.url);

interface Behaviour {
  readonly name: string;
  readonly contactEmail: string | null;
  readonly users: number;
  readonly originals: readonly {
    readonly subscriptionId: string;
    readonly skuId: string;
    readonly seats: number;
    readonly termEnd: string;
  }[];
}

test('every sample row is accepted, and the simulator is told of the same customers and originals', async () => {
  const registered: (readonly [ImportCustomer, readonly CheckedRow[]])[] = [];
  const counts = await runImport({
    rows: readImport(createReadStream(new URL('customers.csv', SAMPLES))),
    today: '2026-12-01' as Day,
    target: {
      register: async (customer, rows) => {
        registered.push([customer, rows]);
        return rows.map(() => ({ outcome: 'accepted' }));
      },
    },
    onChunk: () => undefined,
  });
  const behaviour = JSON.parse(readFileSync(new URL('customer-behaviour.json', SAMPLES), 'utf8')) as Record<string, Behaviour>;

  expect(counts).toMatchObject({ accepted: counts.rows, rejected: 0, duplicates: 0 });
  expect(registered).toHaveLength(200);
  expect(Object.keys(behaviour).sort()).toEqual(registered.map(([{ customerTenantId }]) => customerTenantId).sort());
  for (const [{ customerTenantId, customerName, contactEmail }, rows] of registered) {
    const described = behaviour[customerTenantId]!;
    expect([described.name, described.contactEmail]).toEqual([customerName, contactEmail ?? null]);
    expect(described.originals.map(({ subscriptionId, skuId, seats, termEnd }) => [subscriptionId, skuId, seats, termEnd])).toEqual(
      rows.map(({ original }) => [original.originalSubscriptionId, original.skuId, original.seats, original.termEnd]),
    );
    const changesOffer = rows.some(({ original }) => original.target !== undefined);
    if (changesOffer) expect(described.users).toBeLessThanOrEqual(60);
  }
  const originals = registered.flatMap(([, rows]) => rows.map(({ original }) => original));
  expect([...new Set(originals.map(({ program }) => program))].sort()).toEqual([...IMPORT_PROGRAMS].sort());
});
