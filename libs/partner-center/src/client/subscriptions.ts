import { derivedId } from '#kernel';
import { z } from 'zod';
import { OutsideFailure, type Answer, type TargetSubscription } from '../gateway.ts';
import { customerPath, type PartnerCenterApi } from './partner-center-api.ts';
import { day, id, moment, seats, word } from './wire.ts';

const shape = z.object({
  id,
  status: word.pipe(z.enum(['none', 'active', 'suspended', 'deleted', 'expired', 'pending', 'disabled'])),
  quantity: seats,
  effectiveStartDate: moment.nullish(),
  commitmentEndDate: day,
  cancellationAllowedUntilDate: moment.nullish(),
  orderId: z.string().nullish(),
});

const provisioningShape = z.object({ status: word });

/**
 * A subscription this partner sold. `active` means that its licenses are there too: the subscription is active and its
 * provisioning has succeeded (facts §4.8); until then it is `pending`.
 */
export async function readSubscription(
  api: PartnerCenterApi,
  requestId: string,
  customerTenantId: string,
  subscriptionId: string,
): Promise<Answer<TargetSubscription>> {
  const { value, evidence } = await api.call({
    operation: 'read the subscription',
    callClass: 'subscriptions',
    requestId,
    method: 'GET',
    path: customerPath(customerTenantId, 'subscriptions', subscriptionId),
    customerTenantId,
    answer: shape,
  });
  const ready = value.status !== 'active' || (await isProvisioned(api, requestId, customerTenantId, subscriptionId));
  return {
    value: {
      subscriptionId: value.id,
      status: value.status === 'none' || !ready ? 'pending' : value.status,
      quantity: value.quantity,
      effectiveStart: value.effectiveStartDate ?? null,
      commitmentEnd: value.commitmentEndDate,
      cancellationAllowedUntil: value.cancellationAllowedUntilDate ?? null,
      orderId: value.orderId ?? '',
    },
    evidence,
  };
}

async function isProvisioned(api: PartnerCenterApi, requestId: string, customerTenantId: string, subscriptionId: string): Promise<boolean> {
  const status = await provisioningOf(api, requestId, customerTenantId, subscriptionId);
  if (status === 'failed')
    throw new OutsideFailure(
      'retry-later',
      'provisioning-failed',
      'Partner Center says that provisioning this subscription failed. It will be looked at again; if this lasts, open a support request in Partner Center.',
    );
  return status === 'success';
}

async function provisioningOf(api: PartnerCenterApi, requestId: string, customerTenantId: string, subscriptionId: string): Promise<string> {
  try {
    const { value } = await api.call({
      operation: "read the subscription's provisioning",
      callClass: 'subscriptions',
      requestId: derivedId(requestId, 'provisioningstatus'),
      method: 'GET',
      path: customerPath(customerTenantId, 'subscriptions', subscriptionId, 'provisioningstatus'),
      customerTenantId,
      answer: provisioningShape,
    });
    return value.status;
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.kind === 'not-found') return 'none';
    throw failure;
  }
}
