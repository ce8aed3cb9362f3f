import { z } from 'zod';
import type { Answer, SubscribedSku } from '../gateway.ts';
import { customerPath, type PartnerCenterApi } from './partner-center-api.ts';
import { collectionOf, id, seats } from './wire.ts';

const skuPage = collectionOf(
  z.object({ productSku: z.object({ id }), activeUnits: seats, warningUnits: seats, suspendedUnits: seats, consumedUnits: seats }),
);

/** The pools of licenses of the tenant, all sellers together (facts §5.1, §5.3). */
export async function readSubscribedSkus(
  api: PartnerCenterApi,
  requestId: string,
  customerTenantId: string,
): Promise<Answer<readonly SubscribedSku[]>> {
  const { value, evidence } = await api.all({
    operation: 'read the subscribed SKUs',
    callClass: 'licensing',
    requestId,
    path: customerPath(customerTenantId, 'subscribedskus'),
    customerTenantId,
    answer: skuPage,
  });
  return { value: value.map(({ productSku, ...units }) => ({ skuGuid: productSku.id, ...units })), evidence };
}

/** Adds and removes in one call, so that the user is never without (facts §5.1). */
export async function swapLicense(
  api: PartnerCenterApi,
  requestId: string,
  customerTenantId: string,
  userId: string,
  add: string,
  remove: string,
): Promise<Answer<null>> {
  const { evidence } = await api.call({
    operation: "swap the user's license",
    callClass: 'licensing',
    requestId,
    method: 'POST',
    path: customerPath(customerTenantId, 'users', userId, 'licenseupdates'),
    customerTenantId,
    body: {
      licensesToAssign: [{ skuId: add, excludedPlans: null }],
      licensesToRemove: [remove],
      licenseWarnings: null,
      attributes: { objectType: 'LicenseUpdate' },
    },
    answer: z.unknown(),
  });
  return { value: null, evidence };
}
