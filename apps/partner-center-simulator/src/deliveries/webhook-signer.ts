import { createSign } from 'node:crypto';
import type { Database } from '../storage/database.ts';
import { makeWebhookCertificates, type WebhookCertificates } from './webhook-certificates.ts';

const KEPT = 'webhook-certificates';
export const CERTIFICATE_PATH = '/cert/pcnotifications-dispatch.microsoft.com.cer';

/** Signs webhook notices as Partner Center does (facts §3.3), with a certificate of the stand-in's own authority. */
export class WebhookSigner {
  readonly #certificates: WebhookCertificates;

  constructor(db: Database) {
    const kept = db.setting(KEPT);
    this.#certificates = kept === undefined ? makeWebhookCertificates() : (JSON.parse(kept) as WebhookCertificates);
    if (kept === undefined) db.keepSetting(KEPT, JSON.stringify(this.#certificates));
  }

  get authorityPem(): string {
    return this.#certificates.authorityPem;
  }

  get certificateDer(): Buffer {
    return Buffer.from(this.#certificates.certificateDer, 'base64');
  }

  headers(body: string, ownUrl: string, inOwnHeader: boolean): Record<string, string> {
    const signature = createSign('RSA-SHA256').update(body, 'utf8').sign(this.#certificates.privateKeyPem, 'base64');
    return {
      'content-type': 'application/json; charset=utf-8',
      [inOwnHeader ? 'x-ms-signature' : 'authorization']: `Signature ${signature}`,
      'x-ms-certificate-url': `${ownUrl}${CERTIFICATE_PATH}`,
      'x-ms-signature-algorithm': 'rsa-sha256',
    };
  }
}
