import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { derivedId } from '#kernel';
import type { CustomerDescription } from '../../../apps/partner-center-simulator/src/index.ts';
import { SAMPLE_FILE, sampleBehaviour } from '../../../apps/standalone/src/demo/samples.ts';

export interface CopiedSamples {
  readonly csv: string;
  /** How each customer answers, by tenant. */
  readonly behaviour: ReadonlyMap<string, CustomerDescription>;
}

/** The sample customers, so many times over: each copy with names and ids of its own, and the same dates and answers. */
export async function copiedSamples(customers: number): Promise<CopiedSamples> {
  const rows: Record<string, string>[] = parse(await readFile(SAMPLE_FILE), { columns: true });
  const known = Object.entries(await sampleBehaviour());
  const chosen = Array.from({ length: customers }, (_, index) => ({
    copy: Math.floor(index / known.length),
    tenant: known[index % known.length]![0],
    description: known[index % known.length]![1],
  }));
  const idOf = (id: string, copy: number): string => (copy === 0 ? id : derivedId('copy', id, String(copy)));
  const named = (name: string, copy: number): string => (copy === 0 ? name : `${name} ${copy + 1}`);
  const within = (domain: string, copy: number): string => (copy === 0 ? domain : `c${copy}.${domain}`);

  const csvRows = chosen.flatMap(({ copy, tenant }) =>
    rows
      .filter((row) => row['customer_tenant_id'] === tenant)
      .map((row) => ({
        ...row,
        customer_tenant_id: idOf(tenant, copy),
        customer_name: named(row['customer_name']!, copy),
        customer_domain: within(row['customer_domain']!, copy),
        original_subscription_id: idOf(row['original_subscription_id']!, copy),
      })),
  );
  const behaviour = chosen.map(
    ({ copy, tenant, description }) =>
      [
        idOf(tenant, copy),
        {
          ...description,
          name: named(description.name ?? '', copy),
          domain: within(description.domain ?? '', copy),
          originals: (description.originals ?? []).map((original) => ({
            ...original,
            subscriptionId: idOf(original.subscriptionId, copy),
          })),
        },
      ] as const,
  );
  return { csv: stringify(csvRows, { header: true }), behaviour: new Map(behaviour) };
}
