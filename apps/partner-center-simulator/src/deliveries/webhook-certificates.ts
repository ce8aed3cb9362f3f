import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export interface WebhookCertificates {
  readonly authorityPem: string;
  /** Base64 of the DER. */
  readonly certificateDer: string;
  readonly privateKeyPem: string;
}

/** Valid on every clock that the stand-in may run on. */
const NOT_BEFORE = '2020-01-01T00:00:00Z';
const NOT_AFTER = '2049-12-31T00:00:00Z';

/** The product checks that the issuer's organisation is this one (facts §3.3, step 4). */
const AUTHORITY = name('Stand-in for the webhook authority (simulator)', 'Microsoft Corporation');
const SUBJECT = name('pcnotifications-dispatch.microsoft.com', 'Stand-in for Partner Center (simulator)');

/** A throw-away authority and a certificate of it that signs webhook notices. */
export function makeWebhookCertificates(): WebhookCertificates {
  const authorityKeys = rsaKeys();
  const authority = certificate(AUTHORITY, authorityKeys.publicKey, '01', authorityKeys.privateKey, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
  const keys = rsaKeys();
  const signing = certificate(SUBJECT, keys.publicKey, serialOf(keys.publicKey), authorityKeys.privateKey, [
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, critical: true },
  ]);
  return {
    authorityPem: forge.pki.certificateToPem(authority),
    certificateDer: forge.util.encode64(forge.asn1.toDer(forge.pki.certificateToAsn1(signing)).getBytes()),
    privateKeyPem: keys.privateKey,
  };
}

function certificate(
  subject: forge.pki.CertificateField[],
  publicKey: string,
  serialNumber: string,
  issuerKey: string,
  extensions: object[],
): forge.pki.Certificate {
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(publicKey);
  made.serialNumber = serialNumber;
  made.validity.notBefore = new Date(NOT_BEFORE);
  made.validity.notAfter = new Date(NOT_AFTER);
  made.setSubject(subject);
  made.setIssuer(AUTHORITY);
  made.setExtensions(extensions);
  signNatively(made, issuerKey);
  return made;
}

/** The library's own signing is big-number arithmetic in script, a hundred times slower than the machine's. */
function signNatively(made: forge.pki.Certificate, issuerKey: string): void {
  const later = { sign: () => '' } as unknown as forge.pki.rsa.PrivateKey;
  made.sign(later, forge.md.sha256.create());
  const content = Buffer.from(forge.asn1.toDer(made.tbsCertificate).getBytes(), 'binary');
  made.signature = createSign('RSA-SHA256').update(content).sign(issuerKey, 'binary');
}

function name(commonName: string, organization: string): forge.pki.CertificateField[] {
  return [
    { name: 'commonName', value: commonName },
    { name: 'organizationName', value: organization },
    { name: 'countryName', value: 'US' },
  ];
}

function rsaKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

function serialOf(publicKey: string): string {
  return `01${createHash('sha256').update(publicKey).digest('hex').slice(0, 30)}`;
}
