import { resolve } from 'node:path';
import { UsageFault } from '../failures/usage-fault.ts';

/** Where a log is: a data folder of the embedded engines, or an EventStoreDB. */
export type LogPlace = { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'event-store'; readonly url: string };

const SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;
/** Not read as a URL: it may name several nodes, with commas between them. */
const EVENT_STORE = /^esdb(\+discover)?:\/\/[^/?#]+/;

/** @throws UsageFault */
export function logPlaceOf(text: string, option: string): LogPlace {
  if (text.trim() === '') throw new UsageFault(`${option} is empty: name a data folder, or an EventStoreDB as esdb://host:2113`);
  if (!SCHEME.test(text)) return { kind: 'folder', path: resolve(text) };
  if (EVENT_STORE.test(text)) return { kind: 'event-store', url: text };
  // Not shown: an address may carry a password.
  throw new UsageFault(`${option} is an address that begins with neither esdb:// nor esdb+discover://: name one, or a data folder`);
}

/** As it may be shown: without what may be a password. */
export function nameOfPlace(place: LogPlace): string {
  if (place.kind === 'folder') return place.path;
  return place.url.replace(/^([a-z+]+:\/\/)(?:.*@)?([^/?#]*).*$/s, '$1$2');
}

export function samePlace(a: LogPlace, b: LogPlace): boolean {
  return nameOfPlace(a) === nameOfPlace(b);
}
