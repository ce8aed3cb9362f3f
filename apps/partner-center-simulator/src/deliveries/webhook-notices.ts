import { derivedId, epochOf, plusMs, type Instant } from '#kernel';
import type { FaultSwitches } from '../faults/fault-switches.ts';
import type { Partner } from '../partner.ts';
import { sevenDigits } from '../time/durations.ts';
import type { Outbox } from './outbox.ts';
import type { WebhookRegistration } from './webhook-registration.ts';

const BASE = 'https://api.partnercenter.microsoft.com';
const LATEST_MS = 48 * 3_600_000;
const TICKS_AT_EPOCH = 621_355_968_000_000_000n;

/** Partner Center's webhook notices (facts §3.2): what is sent, how often and how late, as the faults say. */
export class WebhookNotices {
  readonly #outbox: Outbox;
  readonly #registration: WebhookRegistration;
  readonly #partner: Partner;
  readonly #faults: FaultSwitches;

  constructor(outbox: Outbox, registration: WebhookRegistration, partner: Partner, faults: FaultSwitches) {
    this.#outbox = outbox;
    this.#registration = registration;
    this.#partner = partner;
    this.#faults = faults;
  }

  relationshipAccepted(tenant: string, at: Instant): void {
    this.#notify('reseller-relationship-accepted-by-customer', 'Customer', tenant, `${BASE}/v1/customers/${tenant}`, at);
  }

  subscriptionUpdated(tenant: string, subscriptionId: string, at: Instant): void {
    const uri = `${BASE}/webhooks/v1/customers/${tenant}/subscriptions/${subscriptionId}`;
    this.#notify('subscription-updated', 'subscription', tenant, uri, at);
  }

  test(correlationId: string, at: Instant): void {
    this.#notify('test-created', 'test', this.#partner.tenantId, `${BASE}/webhooks/v1/registration/validationEvents/${correlationId}`, at);
  }

  #notify(eventName: string, resourceName: string, tenant: string, resourceUri: string, at: Instant): void {
    if (!this.#registration.wants(eventName)) return;
    const about = [eventName, resourceUri, at] as const;
    if (this.#faults.strikes('webhook-never', ...about)) return;
    const late = this.#faults.strikes('webhook-late', ...about) ? Math.round(this.#faults.fraction('how-late', ...about) * LATEST_MS) : 0;
    const copies = this.#faults.strikes('webhook-twice', ...about) ? 2 : 1;
    const body = JSON.stringify({
      EventName: eventName,
      ResourceUri: resourceUri,
      ResourceName: resourceName,
      AuditUri: this.#auditUri(eventName, tenant, at),
      ResourceChangeUtcDate: sevenDigits(at).replace('Z', '+00:00'),
    });
    for (let copy = 1; copy <= copies; copy += 1) {
      const id = derivedId('webhook', ...about, String(copy));
      this.#outbox.put({ id, receiver: 'webhook', customer: tenant, name: eventName, body }, plusMs(at, late));
    }
  }

  #auditUri(eventName: string, tenant: string, at: Instant): string {
    const ticks = BigInt(epochOf(at)) * 10_000n + TICKS_AT_EPOCH;
    return `${BASE}/auditactivity/v1/auditrecords/${this.#partner.tenantId}_${tenant}_${eventName.replaceAll('-', '')}_${ticks.toString()}`;
  }
}
