import { epochOf, type Clock } from '#kernel';
import type { Answer, CatalogItem } from '../gateway.ts';
import { createCatalogReading } from './catalog-reading.ts';
import type { CatalogSettings } from './catalog-settings.ts';
import type { PartnerCenterApi } from './partner-center-api.ts';

const DAY_MS = 86_400_000;
/** An unfinished reading older than this is begun anew: availabilities rotate. */
const RESUME_MS = 15 * 60_000;

type Reading = { readonly begunAt: number; readonly read: ReturnType<typeof createCatalogReading> };

/** The catalog of each country: read once a day, by one reader at a time. */
export function createCatalog(api: PartnerCenterApi, settings: CatalogSettings, clock: Clock) {
  const kept = new Map<string, { readonly from: number; readonly answer: Answer<readonly CatalogItem[]> }>();
  const unfinished = new Map<string, Reading>();
  const asking = new Map<string, Promise<Answer<readonly CatalogItem[]>>>();

  function readingOf(country: string, now: number): Reading {
    const begun = unfinished.get(country);
    if (begun && now >= begun.begunAt && now - begun.begunAt <= RESUME_MS) return begun;
    const reading: Reading = { begunAt: now, read: createCatalogReading(api, country, settings) };
    unfinished.set(country, reading);
    return reading;
  }

  async function ask(requestId: string, country: string): Promise<Answer<readonly CatalogItem[]>> {
    const answer = await readingOf(country, epochOf(clock.now())).read(requestId);
    unfinished.delete(country);
    kept.set(country, { from: epochOf(clock.now()), answer });
    return answer;
  }

  return async function catalog(requestId: string, wanted: string, fresh = false): Promise<Answer<readonly CatalogItem[]>> {
    const country = wanted.toUpperCase();
    const held = kept.get(country);
    const age = held ? epochOf(clock.now()) - held.from : Infinity;
    const stands = fresh ? settings.freshWithinMs : (settings.keepMs ?? DAY_MS);
    if (held && stands !== undefined && age >= 0 && age < stands) return held.answer;
    const reader = asking.get(country) ?? ask(requestId, country).finally(() => asking.delete(country));
    asking.set(country, reader);
    return reader;
  };
}
