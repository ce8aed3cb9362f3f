import { derivedId, type Evidence } from '#kernel';
import type { z } from 'zod';
import { OutsideFailure, type Answer, type CatalogItem } from '../gateway.ts';
import { availabilityPage, catalogItemOf, isNewCommerce, isSellable, productPage, skuPage, type WireSku } from './catalog-pages.ts';
import type { CatalogSettings } from './catalog-settings.ts';
import type { PartnerCenterApi } from './partner-center-api.ts';

interface Page<T> {
  readonly items: T[];
}

/**
 * Reads one country's catalog: products, their SKUs, their availabilities (facts §4.2). That is hundreds of calls, so
 * what has been read is remembered: when one of them fails, the next `read` goes on where this one stopped.
 */
export function createCatalogReading(api: PartnerCenterApi, country: string, settings: CatalogSettings) {
  const done = new Map<string, { readonly items: readonly unknown[]; readonly evidence: Evidence }>();
  const query = new URLSearchParams({ country, targetSegment: settings.segment ?? 'commercial' }).toString();

  async function list<T>(
    requestId: string,
    path: string,
    answer: z.ZodType<Page<T>>,
  ): Promise<{ items: readonly T[]; evidence: Evidence }> {
    const known = done.get(path);
    if (known) return known as { items: readonly T[]; evidence: Evidence };
    const { value: items, evidence } = await api.all<T>({
      operation: 'read the catalog',
      callClass: 'catalog',
      requestId: derivedId(requestId, path),
      path,
      answer,
    });
    done.set(path, { items, evidence });
    return { items, evidence };
  }

  /** What left the catalog while it was being read is simply not in it. */
  async function listOrNone<T>(requestId: string, path: string, answer: z.ZodType<Page<T>>): Promise<readonly T[]> {
    try {
      return (await list(requestId, path, answer)).items;
    } catch (failure) {
      if (failure instanceof OutsideFailure && (failure.kind === 'not-found' || failure.code === 'catalog-item-gone')) return [];
      throw failure;
    }
  }

  async function itemsOfSku(requestId: string, productId: string, sku: WireSku): Promise<CatalogItem[]> {
    const path = `/v1/products/${encodeURIComponent(productId)}/skus/${encodeURIComponent(sku.id)}/availabilities?${query}`;
    const offered = await listOrNone(requestId, path, availabilityPage);
    return offered.filter((entry) => entry.isPurchasable !== false).map((entry) => catalogItemOf(productId, sku, entry, country, settings));
  }

  async function itemsOfProduct(requestId: string, productId: string): Promise<CatalogItem[]> {
    const skus = await listOrNone(requestId, `/v1/products/${encodeURIComponent(productId)}/skus?${query}`, skuPage);
    return (await everyOne(skus.filter(isSellable).map((sku) => itemsOfSku(requestId, productId, sku)))).flat();
  }

  return async function read(requestId: string): Promise<Answer<readonly CatalogItem[]>> {
    const { items: products, evidence } = await list(requestId, `/v1/products?${query}&targetView=OnlineServices`, productPage);
    const items = await everyOne(products.filter(isNewCommerce).map((product) => itemsOfProduct(requestId, product.id)));
    return { value: items.flat(), evidence: { ...evidence, requestId } };
  };
}

/** Waits for all, so that what succeeded is remembered, then fails with the first failure. */
async function everyOne<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
