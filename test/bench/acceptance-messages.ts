import { derivedId, plusMs } from '#kernel';
import type { Message } from '#messaging';
import { PARTNER, START, type SampleMigration } from './sample-migrations.ts';

export const ACCEPTED_AT = plusMs(START, 1_800_000);

/** What a system upstream publishes when a customer accepts: a CloudEvent in structured mode, keyed by its customer. */
export function acceptanceMessage({ customerTenantId }: SampleMigration): Message {
  const event = {
    specversion: '1.0',
    id: derivedId('bench acceptance', customerTenantId),
    source: '/bench/crm',
    type: 'cutover.customer.relationship-accepted.v1',
    time: ACCEPTED_AT,
    datacontenttype: 'application/json',
    data: { customerTenantId, partnerTenantId: PARTNER, occurredAt: ACCEPTED_AT },
  };
  return { key: customerTenantId, headers: { 'content-type': 'application/cloudevents+json' }, value: JSON.stringify(event) };
}
