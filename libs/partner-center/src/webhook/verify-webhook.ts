import { createVerify, type X509Certificate } from 'node:crypto';
import type { Clock } from '#kernel';
import { isInDate } from './certificate-chain.ts';
import { createCertificateSource, type HeldCertificate } from './certificate-source.ts';
import { trustRootsOf } from './trust-roots.ts';
import { refused, type WebhookRefusal, type WebhookVerdict } from './verdict.ts';

export interface WebhookVerifierOptions {
  /** `microsoft`, or PEM text (the simulator's authority). */
  readonly trustRoots: 'microsoft' | (string & {});
  /** Exact origins from which the signing certificate may be downloaded. */
  readonly allowedCertificateOrigins: readonly string[];
  /** Exact origins from which intermediate certificates may be downloaded. Default: Microsoft's and DigiCert's. */
  readonly allowedIssuerOrigins?: readonly string[];
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

/** Header names in lower case, as Node and Fastify give them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookVerifier {
  /** `rawBody` as it came in, untouched. Never throws. */
  verify(headers: WebhookHeaders, rawBody: Buffer): Promise<WebhookVerdict>;
}

/** Where Partner Center's published sample keeps its signing certificate. */
export const MICROSOFT_CERTIFICATE_ORIGINS: readonly string[] = ['https://3psostorageacct.blob.core.windows.net'];

const ISSUER_ORIGINS: readonly string[] = [
  'http://www.microsoft.com',
  'https://www.microsoft.com',
  'http://caissuers.microsoft.com',
  'http://cacerts.digicert.com',
];
const HASHES: ReadonlyMap<string, string> = new Map([
  ['sha256', 'RSA-SHA256'],
  ['sha384', 'RSA-SHA384'],
  ['sha512', 'RSA-SHA512'],
]);

interface Signed {
  readonly signature: string;
  readonly certificateUrl: string;
  readonly algorithm: string;
}

/** Partner Center's signature check (facts §3.3) with hardening of our own: allowed origins, bounded downloads, no SHA-1. */
export function createWebhookVerifier(options: WebhookVerifierOptions): WebhookVerifier {
  const { clock } = options;
  const certificates = createCertificateSource({
    roots: trustRootsOf(options.trustRoots),
    allowedCertificateOrigins: options.allowedCertificateOrigins,
    allowedIssuerOrigins: options.allowedIssuerOrigins ?? ISSUER_ORIGINS,
    clock,
    fetch: options.fetch ?? fetch,
  });

  function check(held: HeldCertificate, signed: Signed, rawBody: Buffer): WebhookVerdict {
    if (!held.chain.every((certificate) => isInDate(certificate, clock.now())))
      return refused(401, 'certificate-out-of-date', 'The signing certificate or one above it is not valid at this time.');
    const [leaf] = held.chain;
    return isSignedBy(leaf!, signed, rawBody) ? { ok: true } : refused(401, 'signature-wrong', 'The signature does not fit the body.');
  }

  return {
    async verify(headers, rawBody) {
      const signed = readHeaders(headers);
      if ('ok' in signed) return signed;
      const held = await certificates.get(signed.certificateUrl);
      if ('ok' in held) return held;
      const verdict = check(held, signed, rawBody);
      if (verdict.ok) return verdict;
      const newer = await certificates.newerThan(signed.certificateUrl, held);
      if (newer === undefined) return verdict;
      return 'ok' in newer ? newer : check(newer, signed, rawBody);
    },
  };
}

function readHeaders(headers: WebhookHeaders): Signed | WebhookRefusal {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const authorization = header('x-ms-signature') ?? header('authorization');
  if (authorization === undefined) return refused(401, 'signature-missing', 'The request carries no signature.');
  const certificateUrl = header('x-ms-certificate-url');
  if (certificateUrl === undefined) return refused(400, 'certificate-url-missing', 'The header X-MS-Certificate-Url is missing.');
  const algorithmName = header('x-ms-signature-algorithm');
  if (algorithmName === undefined) return refused(400, 'algorithm-missing', 'The header X-MS-Signature-Algorithm is missing.');
  const [, signature] = /^Signature\s+([A-Za-z0-9+/]+={0,2})$/i.exec(authorization.trim()) ?? [];
  if (signature === undefined) return refused(401, 'signature-scheme', 'The signature must read "Signature <base64>".');
  const [, hash = ''] = /^rsa-([a-z0-9]+)$/i.exec(algorithmName.trim()) ?? [];
  const algorithm = HASHES.get(hash.toLowerCase());
  if (algorithm === undefined) return refused(400, 'algorithm-refused', 'The signature algorithm must be rsa-sha256 or a longer hash.');
  return { signature, certificateUrl, algorithm };
}

function isSignedBy(leaf: X509Certificate, signed: Signed, rawBody: Buffer): boolean {
  if (leaf.publicKey.asymmetricKeyType !== 'rsa') return false;
  return createVerify(signed.algorithm).update(rawBody).verify(leaf.publicKey, signed.signature, 'base64');
}
