import { endOfDay, plusMs, startOfDay, type Instant } from '#kernel';
import { titleOf } from '../catalog/catalog-items.ts';
import type { Subscription, Subscriptions } from '../purchases/subscriptions.ts';
import { sevenDigits } from '../time/durations.ts';
import { link } from './links.ts';

/** A new-commerce subscription as it goes over the wire (facts §4.6). */
export function subscriptionBody(subscriptions: Subscriptions, subscription: Subscription, at: Instant): object {
  const s = subscription;
  const [productId = '', skuId = '', availabilityId = ''] = s.catalogItem.split(':');
  const cancellable = at < s.cancelUntil && s.status === 'active';
  const lastSecond = plusMs(endOfDay(s.commitmentEnd), -1000).replace('.000Z', 'Z');
  return {
    id: s.id,
    offerId: s.catalogItem,
    offerName: titleOf(s.sku),
    friendlyName: s.friendlyName,
    productType: { id: 'OnlineServicesNCE', displayName: 'OnlineServicesNCE' },
    quantity: s.quantity,
    unitType: 'Licenses',
    hasPurchasableAddons: false,
    creationDate: sevenDigits(s.createdAt),
    effectiveStartDate: sevenDigits(s.effectiveFrom),
    commitmentEndDate: startOfDay(s.commitmentEnd).replace('.000Z', 'Z'),
    commitmentEndDateTime: lastSecond,
    cancellationAllowedUntilDate: cancellable ? s.cancelUntil : null,
    status: subscriptions.statusNow(s, at),
    autoRenewEnabled: s.autoRenew,
    isTrial: false,
    billingType: 'license',
    billingCycle: s.billingCycle,
    termDuration: s.term,
    renewalTermDuration: '',
    refundOptions: cancellable ? [{ type: 'Partial', expiresAt: s.cancelUntil }] : [],
    refundableQuantity: {
      totalQuantity: cancellable ? s.quantity : 0,
      details: cancellable ? [{ quantity: s.quantity, allowedUntilDateTime: s.cancelUntil }] : [],
    },
    scheduledNextTermInstructions: null,
    scheduledActions: s.scheduledActions === null ? null : (JSON.parse(s.scheduledActions) as unknown),
    isMicrosoftProduct: true,
    partnerId: '',
    attentionNeeded: false,
    actionTaken: false,
    contractType: 'subscription',
    suspensionReasons: s.status === 'suspended' ? ['PartnerSuspended'] : [],
    links: {
      product: link(`/products/${productId}`),
      sku: link(`/products/${productId}/skus/${skuId}`),
      availability: link(`/products/${productId}/skus/${skuId}/availabilities/${availabilityId}`),
      self: link(`/customers/${s.tenant}/subscriptions/${s.id}`),
    },
    publisherName: 'Microsoft Corporation',
    orderId: s.orderId,
    attributes: { objectType: 'Subscription' },
  };
}
