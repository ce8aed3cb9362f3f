import type { Database } from '../storage/database.ts';

const KEPT = 'webhook-registration';

/** All event names that this stand-in can send (facts §3.5 has more). */
export const WEBHOOK_EVENTS = ['test-created', 'reseller-relationship-accepted-by-customer', 'subscription-updated'] as const;

export interface Registered {
  readonly webhookUrl: string;
  readonly webhookEvents: readonly string[];
  /** The signature travels in `x-ms-signature` rather than `Authorization`. */
  readonly signatureTokenToMsSignatureHeader: boolean;
}

/** There is exactly one registration a partner (facts §3.1). */
export class WebhookRegistration {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(): Registered | null {
    const kept = this.#db.setting(KEPT);
    return kept === undefined ? null : (JSON.parse(kept) as Registered);
  }

  set(registered: Registered): void {
    this.#db.keepSetting(KEPT, JSON.stringify(registered));
  }

  wants(eventName: string): boolean {
    return this.get()?.webhookEvents.some((name) => name.toLowerCase() === eventName) ?? false;
  }
}
