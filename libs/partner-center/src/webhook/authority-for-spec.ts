import { createSign, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export interface Issued {
  readonly pem: string;
  readonly der: Buffer;
  readonly key: string;
  readonly certificate: forge.pki.Certificate;
}

interface Wanted {
  readonly by?: Issued;
  readonly organization?: string;
  readonly authority?: boolean;
  readonly until?: string;
  readonly issuerUrl?: string;
  /** Keys are slow to make: certificates of the same name share one. */
  readonly key?: 'root' | 'first' | 'second';
}

const keyPairs = new Map<string, { publicKey: string; privateKey: string }>();

function keyPair(name: string): { publicKey: string; privateKey: string } {
  const keys =
    keyPairs.get(name) ??
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
  keyPairs.set(name, keys);
  return keys;
}

/** A certificate signed by `by` or by itself. */
export function issue(
  commonName: string,
  { by, organization = 'Microsoft Corporation', authority = false, until = '2049-12-31T00:00:00Z', issuerUrl, key = 'first' }: Wanted = {},
): Issued {
  const keys = keyPair(key);
  const certificate = forge.pki.createCertificate();
  const subject = [
    { name: 'organizationName', value: organization },
    { name: 'commonName', value: commonName },
  ];
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = `01${Buffer.from(commonName).toString('hex')}`;
  certificate.validity.notBefore = new Date('2020-01-01T00:00:00Z');
  certificate.validity.notAfter = new Date(until);
  certificate.setSubject(subject);
  certificate.setIssuer(by ? by.certificate.subject.attributes : subject);
  certificate.setExtensions([{ name: 'basicConstraints', cA: authority, critical: true }, ...(issuerUrl ? [issuerAccess(issuerUrl)] : [])]);
  // The platform signs: the library's own arithmetic takes seconds.
  const sign = (): string =>
    createSign('RSA-SHA256')
      .update(
        Buffer.from(forge.asn1.toDer((certificate as unknown as { tbsCertificate: forge.asn1.Asn1 }).tbsCertificate).getBytes(), 'binary'),
      )
      .sign(by?.key ?? keys.privateKey, 'binary');
  certificate.sign({ sign } as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'binary');
  return { pem: forge.pki.certificateToPem(certificate), der, key: keys.privateKey, certificate };
}

function issuerAccess(url: string): object {
  const { create, Class, Type, oidToDer, toDer } = forge.asn1;
  const entry = create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    create(Class.UNIVERSAL, Type.OID, false, oidToDer('1.3.6.1.5.5.7.48.2').getBytes()),
    // Number 6 of this class is a URI (RFC 5280, GeneralName).
    create(Class.CONTEXT_SPECIFIC, Type.OID, false, url),
  ]);
  return { id: '1.3.6.1.5.5.7.1.1', value: toDer(create(Class.UNIVERSAL, Type.SEQUENCE, true, [entry])).getBytes() };
}

export function signedHeaders(body: string, by: Issued, certificateUrl: string, hash = 'sha256'): Record<string, string> {
  const signature = createSign(`RSA-${hash.toUpperCase()}`).update(body, 'utf8').sign(by.key, 'base64');
  return { authorization: `Signature ${signature}`, 'x-ms-certificate-url': certificateUrl, 'x-ms-signature-algorithm': `rsa-${hash}` };
}
