import type { Clock } from '#kernel';
import type { PartnerCenterClient } from '#partner-center';

/** The catalog as it was read last, over the lives of the service. */
export interface KeptCatalog {
  read: { readonly month: string; readonly answer: Awaited<ReturnType<PartnerCenterClient['catalog']>> } | undefined;
}

/**
 * A catalog takes dozens of calls, and a simulation buys thousands of times: it is read once a month, because the stand-in
 * replaces what it sells with the quarter, and again after a purchase that was refused.
 */
export function withKeptCatalog(client: PartnerCenterClient, clock: Clock, kept: KeptCatalog): PartnerCenterClient {
  const forget = (): void => void (kept.read = undefined);
  return {
    ...client,
    async catalog(requestId, country, fresh) {
      const month = clock.now().slice(0, 7);
      if (kept.read?.month !== month) kept.read = { month, answer: await client.catalog(requestId, country, fresh) };
      return { value: kept.read.answer.value, evidence: { ...kept.read.answer.evidence, requestId } };
    },
    async createCart(...given) {
      const answer = await client.createCart(...given);
      if (answer.value.lineErrors.length > 0) forget();
      return answer;
    },
    async checkoutCart(...given) {
      try {
        const answer = await client.checkoutCart(...given);
        if (answer.value.failedLines.length > 0) forget();
        return answer;
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
