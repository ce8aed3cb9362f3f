import { epochOf, type Clock } from '#kernel';
import { z } from 'zod';
import { AnsweredFailure } from '../failures/answered-failure.ts';
import { OutsideFailure, type Answer, type CustomerRelationship } from '../gateway.ts';
import type { PartnerCenterApi } from './partner-center-api.ts';
import { customerPath } from './partner-center-api.ts';
import { word } from './wire.ts';

const invitation = z.object({ url: z.url({ protocol: /^https?$/ }) });
const customer = z.object({ relationshipToPartner: word });

const LINK_KEPT_MS = 60 * 60_000;

/** The one link that serves every customer (facts §2.1): read once an hour, with the evidence of that reading. */
export function createInvitationLink(api: PartnerCenterApi, clock: Clock) {
  let held: { readonly from: number; readonly answer: Answer<{ link: string }> } | undefined;
  let asking: Promise<Answer<{ link: string }>> | undefined;

  async function ask(requestId: string): Promise<Answer<{ link: string }>> {
    const { value, evidence } = await api.call({
      operation: 'get the invitation link',
      callClass: 'customers',
      requestId,
      method: 'GET',
      path: '/v1/customers/relationshiprequests',
      answer: invitation,
    });
    const answer = { value: { link: value.url }, evidence };
    held = { from: epochOf(clock.now()), answer };
    return answer;
  }

  return async function invitationLink(requestId: string): Promise<Answer<{ link: string }>> {
    const age = held ? epochOf(clock.now()) - held.from : Infinity;
    if (held && age >= 0 && age < LINK_KEPT_MS) return held.answer;
    asking ??= ask(requestId).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** How a customer without a relationship reads is unconfirmed: any of these means none (facts §2.3). */
const NO_RELATIONSHIP = new Set(['404/1000', '404/60003', '403/20002']);

export async function readRelationship(
  api: PartnerCenterApi,
  requestId: string,
  customerTenantId: string,
): Promise<Answer<CustomerRelationship>> {
  try {
    const { value, evidence } = await api.call({
      operation: 'read the customer',
      callClass: 'customers',
      requestId,
      method: 'GET',
      path: customerPath(customerTenantId),
      customerTenantId,
      answer: customer,
    });
    return { value: { customerTenantId, relationship: value.relationshipToPartner === 'reseller' ? 'reseller' : 'none' }, evidence };
  } catch (failure) {
    if (failure instanceof AnsweredFailure && NO_RELATIONSHIP.has(failure.outsideCode ?? ''))
      return { value: { customerTenantId, relationship: 'none' }, evidence: failure.evidence };
    // A 404 that does not say so itself may be any gateway's: it proves nothing about the customer.
    if (failure instanceof AnsweredFailure && failure.outsideCode === '404')
      throw new OutsideFailure(
        'retry-later',
        'unexpected-answer',
        "The customer could not be read: the answer was a 404 without Partner Center's own code.",
        undefined,
        '404',
      );
    throw failure;
  }
}
