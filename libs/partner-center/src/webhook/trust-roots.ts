import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

/** Roots under which Microsoft issues: its own, and DigiCert's, which its TLS authorities are also signed by. */
const MICROSOFT_ROOTS = [/^O=Microsoft Corporation$/m, /^CN=DigiCert Global Root G[23]$/m];

/** `microsoft`, or the PEM text of one or several certificates that are trusted as they are. */
export function trustRootsOf(roots: 'microsoft' | (string & {})): readonly X509Certificate[] {
  if (roots === 'microsoft')
    return rootCertificates
      .map((pem) => new X509Certificate(pem))
      .filter((root) => MICROSOFT_ROOTS.some((pattern) => pattern.test(root.subject)));
  const found = roots.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0)
    throw new Error('The webhook trust roots hold no certificate: give PEM text that begins with -----BEGIN CERTIFICATE-----.');
  return found.map((pem) => new X509Certificate(pem));
}
