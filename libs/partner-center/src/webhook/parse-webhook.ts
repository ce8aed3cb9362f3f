import { derivedId, parseGuid, type Instant } from '#kernel';
import { z } from 'zod';
import { moment } from '../client/wire.ts';
import { parseBody } from '../http/json-body.ts';

/** What happened, not how things stand: the body carries no state, so the resource is read again (facts §3.2). */
export interface WebhookNotice {
  readonly ok: true;
  /** `subscription-updated`, … in lower case. */
  readonly eventName: string;
  readonly partnerTenantId?: string;
  readonly customerTenantId?: string;
  readonly subscriptionId?: string;
  readonly occurredAt: Instant;
  /** The same for the same notice delivered again: Partner Center gives no event id. */
  readonly dedupeKey: string;
}

export interface WebhookFault {
  readonly ok: false;
  readonly code: 'webhook-not-json' | 'webhook-body-invalid';
  readonly detail: string;
}

const shape = z.object({
  eventName: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .transform((name) => name.toLowerCase()),
  resourceUri: z.string().max(2_000).nullish(),
  auditUri: z.string().max(2_000).nullish(),
  resourceChangeUtcDate: moment,
});

const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

export function parseWebhook(body: Buffer | string): WebhookNotice | WebhookFault {
  const json = parseBody(typeof body === 'string' ? body : body.toString('utf8'));
  if (json === undefined) return { ok: false, code: 'webhook-not-json', detail: 'The body is not JSON.' };
  const parsed = shape.safeParse(json);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
    return { ok: false, code: 'webhook-body-invalid', detail: `The body is no Partner Center notice (${wrong}).` };
  }
  const { eventName, resourceUri, auditUri, resourceChangeUtcDate } = parsed.data;
  const resource = resourceUri ?? '';
  const [, partner, customerOfAudit] = new RegExp(`/auditrecords/(${GUID})_(${GUID})_`, 'i').exec(auditUri ?? '') ?? [];
  const customer = guidAfter('customers', resource) ?? parseGuid(customerOfAudit ?? '');
  const subscription = guidAfter('subscriptions', resource);
  return {
    ok: true,
    eventName,
    ...(partner ? { partnerTenantId: partner.toLowerCase() } : {}),
    ...(customer ? { customerTenantId: customer } : {}),
    ...(subscription ? { subscriptionId: subscription } : {}),
    occurredAt: resourceChangeUtcDate,
    dedupeKey: derivedId('webhook', eventName, resource.toLowerCase(), changeDateOf(json)),
  };
}

/** Links may be http or https, and some carry an odd prefix: only the ids in them are used (facts §3.5). */
function guidAfter(collection: string, uri: string): string | undefined {
  return parseGuid(new RegExp(`/${collection}/(${GUID})(?:[/?#]|$)`, 'i').exec(uri)?.[1] ?? '');
}

/** As it was sent: seven fraction digits tell apart what an instant's three do not. */
function changeDateOf(json: unknown): string {
  return z.object({ resourceChangeUtcDate: z.string() }).parse(json).resourceChangeUtcDate;
}
