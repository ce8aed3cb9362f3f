import type { Evidence } from '#kernel';
import { originalFrom, type EndingFacts, type Line, type Migration } from '#migration';
import { OutsideFailure, type DirectorySubscription, type PartnerCenterGateway, type TargetSubscription } from '#partner-center';
import { usersOf } from './users-of-customer.ts';

export interface EndingFactsRead {
  readonly facts: EndingFacts;
  /** Of the last answer; null when the outside was not asked. */
  readonly evidence: Evidence | null;
}

export type FactsGateway = Pick<PartnerCenterGateway, 'subscription' | 'directorySubscriptions' | 'subscribedSkus' | 'users'>;

const NOTHING_BOUGHT: EndingFacts = { targetActive: false, sameCustomer: true, activeSeats: 0, unlicensedUsers: 0, originalActive: true };

/**
 * Reads back from the outside what has to hold before an original may be ended (rule 3; the sixth fact, the dates, is
 * the domain's own). `callId` gives each call its request id. Rejects with `OutsideFailure`.
 */
export async function readEndingFacts(
  gateway: PartnerCenterGateway,
  migration: Migration,
  line: Line,
  callId: (call: string) => string,
): Promise<EndingFactsRead> {
  if (!line.subscription || !line.chosen) return { facts: NOTHING_BOUGHT, evidence: null };
  const customer = migration.customerTenantId;
  const target = await targetOf(gateway, customer, line.subscription.subscriptionId, callId);
  if (target?.value.status !== 'active') return { facts: NOTHING_BOUGHT, evidence: target?.evidence ?? null };
  const directory = await gateway.directorySubscriptions(callId('directory subscriptions'), customer);
  const original = directory.value.find(({ subscriptionId }) => subscriptionId.toLowerCase() === line.originalSubscriptionId);
  const originalActive = original?.status === 'Enabled';
  return {
    facts: {
      targetActive: true,
      // It was found under this customer's path; it also has to be the one that our order made.
      sameCustomer: target.value.orderId === '' || target.value.orderId === line.subscription.orderId,
      activeSeats: target.value.quantity,
      unlicensedUsers: originalActive ? await unlicensedUsers({ gateway, migration, line, directory: directory.value, callId }) : 0,
      originalActive,
    },
    evidence: directory.evidence,
  };
}

async function targetOf(
  gateway: FactsGateway,
  customer: string,
  subscriptionId: string,
  callId: (call: string) => string,
): Promise<{ value: TargetSubscription; evidence: Evidence } | null> {
  try {
    return await gateway.subscription(callId('subscription'), customer, subscriptionId);
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.kind === 'not-found') return null;
    throw failure;
  }
}

interface Licensing {
  readonly gateway: PartnerCenterGateway;
  readonly migration: Migration;
  readonly line: Line;
  readonly directory: readonly DirectorySubscription[];
  readonly callId: (call: string) => string;
}

/**
 * Users that would be without a license once the original is gone. Licenses are held by SKU, not by subscription: what
 * counts is whether the units that remain serve those who hold the original's SKU (facts §5.3). Where the target's SKU is
 * another, whoever holds that one is served already.
 */
async function unlicensedUsers({ gateway, migration, line, directory, callId }: Licensing): Promise<number> {
  const { value: skus } = await gateway.subscribedSkus(callId('subscribed skus'), migration.customerTenantId);
  const sku = skus.find(({ skuGuid }) => skuGuid === line.skuId);
  if (!sku) return 0;
  const remaining = sku.activeUnits - unitsAboutToEnd(line, migration, directory);
  if (sku.consumedUnits <= remaining || sku.consumedUnits === 0) return 0;
  if (line.chosen?.skuId === line.skuId) return sku.consumedUnits - Math.max(0, remaining);
  const newSku = line.chosen!.skuId;
  let withoutNew = 0;
  for await (const { licenses } of usersOf(gateway, migration.customerTenantId, callId)) {
    if (licenses.includes(line.skuId) && !licenses.includes(newSku)) withoutNew += 1;
  }
  return Math.max(0, withoutNew - Math.max(0, remaining));
}

/** The original's units, and those of the originals of the same SKU whose end is cleared already. */
function unitsAboutToEnd(line: Line, migration: Migration, directory: readonly DirectorySubscription[]): number {
  return migration.lines
    .filter((other) => other === line || (other.skuId === line.skuId && other.endingCheck?.failed === null && !originalFrom(other).endedAt))
    .reduce((units, other) => {
      const shown = directory.find(({ subscriptionId }) => subscriptionId.toLowerCase() === other.originalSubscriptionId);
      return units + (shown?.status === 'Enabled' ? shown.totalLicenses : 0);
    }, 0);
}
