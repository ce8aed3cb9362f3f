import { matchOffer } from '#migration';
import type { WorkHandler } from './work.ts';

/** Asks the catalog what replaces the lines for which nothing is chosen yet. */
export const matchOffers: WorkHandler = async (work) => {
  const { migration, parts, now } = work;
  const { value: catalog, evidence } = await parts.gateway.catalog(work.lookId('catalog'), migration.country);
  const matches = migration.lines
    .filter((line) => !line.chosen && !line.unmappedSince)
    .map((line) => ({ originalSubscriptionId: line.originalSubscriptionId, ...matchOffer(line, catalog, migration.policy) }));
  return work.record('matched', { type: 'RecordOfferMatches', at: now, matches }, { evidence });
};
