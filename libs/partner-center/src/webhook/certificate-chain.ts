import type { X509Certificate } from 'node:crypto';
import { epochOf, type Instant } from '#kernel';

const LONGEST_CHAIN = 4;

/**
 * From the certificate up to a trusted root, each signed by the next; `undefined` when none is found.
 * `issuerOf` may look up an intermediate that is not at hand (Microsoft publishes the bare certificate).
 */
export async function chainOf(
  leaf: X509Certificate,
  roots: readonly X509Certificate[],
  issuerOf: (certificate: X509Certificate) => Promise<X509Certificate | undefined>,
): Promise<readonly X509Certificate[] | undefined> {
  const chain = [leaf];
  while (chain.length <= LONGEST_CHAIN) {
    const last = chain.at(-1)!;
    const root = roots.find((candidate) => isIssuedBy(last, candidate));
    if (root) return [...chain, root];
    const issuer = await issuerOf(last);
    if (!issuer || !issuer.ca || !isIssuedBy(last, issuer)) return undefined;
    chain.push(issuer);
  }
  return undefined;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

export function isInDate(certificate: X509Certificate, now: Instant): boolean {
  const at = epochOf(now);
  return certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime();
}

/** Step 4 of the published verification: the issuer's organisation (facts §3.3). */
export function isIssuedByMicrosoft(certificate: X509Certificate): boolean {
  return certificate.issuer.split('\n').includes('O=Microsoft Corporation');
}

/** Where a certificate says that its issuer's certificate lies (authority information access). */
export function issuerUrlsOf(certificate: X509Certificate): readonly string[] {
  return [...(certificate.infoAccess ?? '').matchAll(/^CA Issuers - URI:(\S+)$/gm)].map((match) => match[1]!);
}
