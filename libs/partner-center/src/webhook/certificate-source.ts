import { X509Certificate } from 'node:crypto';
import { epochOf, type Clock } from '#kernel';
import { LRUCache } from 'lru-cache';
import { boundedBytes } from '../http/bounded-bytes.ts';
import { chainOf, isIssuedByMicrosoft, issuerUrlsOf } from './certificate-chain.ts';
import { refused, type WebhookRefusal } from './verdict.ts';

export interface CertificateSourceOptions {
  readonly roots: readonly X509Certificate[];
  /** Exact origins, e.g. `https://host` or `http://127.0.0.1:3100`: nothing else is ever fetched. */
  readonly allowedCertificateOrigins: readonly string[];
  readonly allowedIssuerOrigins: readonly string[];
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

export interface HeldCertificate {
  /** Leaf first, trusted root last. */
  readonly chain: readonly X509Certificate[];
  readonly readAt: number;
}

const LARGEST = 64 * 1024;
const TIMEOUT_MS = 10_000;
const KEPT_MS = 60 * 60_000;
const MOST_KEPT = 32;
/** A certificate that does not fit the signature may have been replaced: it is read again, but not more often. */
const REREAD_MS = 60_000;

/** The certificate behind a URL with its chain: downloaded once an hour, by one download at a time. */
export function createCertificateSource(options: CertificateSourceOptions) {
  const { roots, clock } = options;
  const held = new LRUCache<string, HeldCertificate>({ max: MOST_KEPT });
  const asking = new Map<string, Promise<HeldCertificate | WebhookRefusal>>();

  async function download(url: string): Promise<X509Certificate | undefined> {
    try {
      const response = await options.fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      const bytes = response.status === 200 ? await boundedBytes(response, LARGEST) : undefined;
      return bytes && new X509Certificate(bytes);
    } catch {
      return undefined;
    }
  }

  async function issuerOf(certificate: X509Certificate): Promise<X509Certificate | undefined> {
    const url = issuerUrlsOf(certificate).find((candidate) => isAllowed(candidate, options.allowedIssuerOrigins));
    return url === undefined ? undefined : download(url);
  }

  async function read(url: string): Promise<HeldCertificate | WebhookRefusal> {
    const leaf = await download(url);
    if (!leaf) return refused(401, 'certificate-unavailable', 'The signing certificate could not be downloaded or is none.');
    if (!isIssuedByMicrosoft(leaf))
      return refused(401, 'certificate-issuer', 'The signing certificate was not issued by Microsoft Corporation.');
    const chain = await chainOf(leaf, roots, issuerOf);
    if (!chain) return refused(401, 'certificate-untrusted', 'The signing certificate does not lead to a trusted root.');
    const fresh: HeldCertificate = { chain, readAt: epochOf(clock.now()) };
    held.set(url, fresh);
    return fresh;
  }

  function once(url: string): Promise<HeldCertificate | WebhookRefusal> {
    const reader = asking.get(url) ?? read(url).finally(() => asking.delete(url));
    asking.set(url, reader);
    return reader;
  }

  return {
    async get(url: string): Promise<HeldCertificate | WebhookRefusal> {
      if (!isAllowed(url, options.allowedCertificateOrigins))
        return refused(401, 'certificate-origin', 'The certificate URL does not lead to an allowed origin.');
      const known = held.get(url);
      const age = known ? epochOf(clock.now()) - known.readAt : Infinity;
      return known && age >= 0 && age < KEPT_MS ? known : once(url);
    },
    /** A newer certificate from the same URL, `undefined` when this one is too young to ask again. */
    async newerThan(url: string, old: HeldCertificate): Promise<HeldCertificate | WebhookRefusal | undefined> {
      return epochOf(clock.now()) - old.readAt >= REREAD_MS ? once(url) : undefined;
    },
  };
}

function isAllowed(url: string, origins: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, username, password } = new URL(url);
  return username === '' && password === '' && origins.includes(origin);
}
