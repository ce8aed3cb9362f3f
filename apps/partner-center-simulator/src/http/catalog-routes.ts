import { CANCELLATION_WINDOW, TERMS } from '../catalog/terms.ts';
import type { CatalogEntry } from '../catalog/catalog-items.ts';
import { marketOf } from '../catalog/markets.ts';
import type { World } from '../world.ts';
import { ApiFault } from './api-fault.ts';
import { collection, link } from './links.ts';
import type { OutsideCall, OutsideRoute } from './outside-route.ts';

/** Products, their SKUs, and the SKUs' availabilities (facts §4.2). Unlimited: no limit is published. */
export function catalogRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'partner-center', method: 'GET', token: 'any', limit: null } as const;
  const { catalog } = world;
  return [
    { ...shared, path: '/v1/products', handle: (call) => ({ status: 200, body: products(world, call) }) },
    {
      ...shared,
      path: '/v1/products/:product',
      handle: (call) => ({ status: 200, body: productBody(knownSkus(world, call)[0]!, country(call)) }),
    },
    {
      ...shared,
      path: '/v1/products/:product/skus',
      handle: (call) => ({
        status: 200,
        body: collection(
          knownSkus(world, call).map((entry) => skuBody(entry, country(call))),
          `/products/${call.params.product ?? ''}/skus`,
        ),
      }),
    },
    {
      ...shared,
      path: '/v1/products/:product/skus/:sku',
      handle: (call) => ({ status: 200, body: skuBody(knownSku(world, call), country(call)) }),
    },
    {
      ...shared,
      path: '/v1/products/:product/skus/:sku/availabilities',
      handle: (call) => ({
        status: 200,
        body: collection(
          [availabilityBody(world, knownSku(world, call), call)],
          `/products/${call.params.product ?? ''}/skus/${call.params.sku ?? ''}/availabilities`,
        ),
      }),
    },
    {
      ...shared,
      path: '/v1/products/:product/skus/:sku/availabilities/:availability',
      handle: (call) => {
        const entry = knownSku(world, call);
        if (catalog.availabilityId(entry, call.at) !== call.params.availability)
          throw new ApiFault(404, 400019, 'There is no such availability.');
        return { status: 200, body: availabilityBody(world, entry, call) };
      },
    },
  ];
}

function products(world: World, call: OutsideCall): object {
  const where = country(call);
  if (call.query.targetView === undefined) throw new ApiFault(400, 800002, 'targetView is required.');
  if (call.query.targetView.toLowerCase() !== 'onlineservices')
    throw new ApiFault(403, 400036, `The view ${call.query.targetView} is not allowed.`);
  const segment = call.query.targetSegment?.toLowerCase() ?? 'commercial';
  if (segment !== 'commercial') throw new ApiFault(403, 400030, `The segment ${segment} is not allowed.`);
  return collection(
    world.catalog.products().map((entry) => productBody(entry, where)),
    '/products',
  );
}

function country(call: OutsideCall): string {
  const asked = call.query.country?.toUpperCase();
  if (asked === undefined) throw new ApiFault(400, 800002, 'country is required.');
  if (!marketOf(asked)) throw new ApiFault(403, 2030, `The partner may not sell in ${asked}.`);
  return asked;
}

function knownSkus(world: World, call: OutsideCall): readonly CatalogEntry[] {
  const entries = world.catalog.skusOf(call.params.product ?? '');
  if (entries.length === 0) throw new ApiFault(404, 400013, `There is no product ${call.params.product ?? ''}.`);
  return entries;
}

function knownSku(world: World, call: OutsideCall): CatalogEntry {
  knownSkus(world, call);
  const entry = world.catalog.sku(call.params.product ?? '', call.params.sku ?? '');
  if (!entry) throw new ApiFault(404, 400018, `There is no SKU ${call.params.sku ?? ''} of this product.`);
  return entry;
}

function productBody(entry: CatalogEntry, where: string): object {
  return {
    id: entry.productId,
    title: entry.title,
    description: entry.title,
    productType: { id: 'OnlineServicesNCE', displayName: 'OnlineServicesNCE' },
    isMicrosoftProduct: true,
    publisherName: 'Microsoft Corporation',
    links: {
      skus: link(`/products/${entry.productId}/skus?country=${where}`),
      self: link(`/products/${entry.productId}?country=${where}`),
    },
    attributes: { objectType: 'Product' },
  };
}

function skuBody(entry: CatalogEntry, where: string): object {
  const uri = `/products/${entry.productId}/skus/${entry.skuId}`;
  return {
    id: entry.skuId,
    productId: entry.productId,
    title: entry.title,
    description: entry.title,
    minimumQuantity: entry.minimumSeats,
    maximumQuantity: entry.maximumSeats,
    isTrial: false,
    supportedBillingCycles: [...new Set(TERMS.map(({ billingCycle }) => billingCycle))],
    purchasePrerequisites: ['MicrosoftCustomerAgreement'],
    inventoryVariables: [],
    provisioningVariables: [],
    actions: [],
    dynamicAttributes: {
      isMicrosoftProduct: true,
      hasConstraints: entry.seatPool !== null,
      isAddon: false,
      prerequisiteSkus: [],
      upgradeTargetOffers: [],
      provisioningId: entry.licenseSku,
      billingType: 'License',
    },
    links: { availabilities: link(`${uri}/availabilities?country=${where}`), self: link(`${uri}?country=${where}`) },
    attributes: { objectType: 'Sku' },
  };
}

function availabilityBody(world: World, entry: CatalogEntry, call: OutsideCall): object {
  const where = country(call);
  const market = marketOf(where)!;
  return {
    id: world.catalog.availabilityId(entry, call.at),
    productId: entry.productId,
    skuId: entry.skuId,
    catalogItemId: world.catalog.catalogItem(entry, call.at),
    defaultCurrency: { code: market.currency, symbol: market.symbol },
    segment: 'commercial',
    country: where,
    isPurchasable: true,
    isRenewable: true,
    renewalInstructions: [],
    terms: TERMS.map(({ duration, description, billingCycle }, index) => ({
      id: `${entry.productId.slice(-4)}${entry.skuId}${index}`,
      duration,
      description,
      billingCycle,
      cancellationPolicies: [{ refundOptions: [{ sequenceId: 0, type: 'Partial', expiresAfter: CANCELLATION_WINDOW }] }],
    })),
    product: productBody(entry, where),
    sku: skuBody(entry, where),
    links: {
      self: link(
        `/products/${entry.productId}/skus/${entry.skuId}/availabilities/${world.catalog.availabilityId(entry, call.at)}?country=${where}`,
      ),
    },
    attributes: { objectType: 'Availability' },
  };
}
