import { z } from 'zod';
import type { ListPrice } from '#partner-center';

const catalog = z.object({
  items: z.array(
    z.object({
      skuId: z.string(),
      terms: z.array(z.object({ termDuration: z.string(), billingCycle: z.string(), monthlyPricePerSeat: z.number() })),
    }),
  ),
});

/** Partner Center's catalog tells no prices; the stand-in has a list of them, in US dollars, so that overlaps can be priced. */
export async function simulatedPrices(simulatorUrl: string): Promise<readonly ListPrice[]> {
  const answer = await fetch(new URL('/control/catalog', simulatorUrl));
  const { items } = catalog.parse(await answer.json());
  return items.flatMap(({ skuId, terms }) => terms.map((term) => ({ skuGuid: skuId, currency: 'USD', ...term })));
}
