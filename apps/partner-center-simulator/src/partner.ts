import type { Database } from './storage/database.ts';

const LEARNED = 'partner-tenant';

/** The one partner whose Partner Center this is: configured, or whoever asks for a Partner Center token first. */
export class Partner {
  readonly #db: Database;
  #tenantId: string | undefined;

  constructor(db: Database, configured: string | undefined) {
    this.#db = db;
    this.#tenantId = configured?.toLowerCase() ?? db.setting(LEARNED);
  }

  get tenantId(): string {
    return this.#tenantId ?? '00000000-0000-0000-0000-000000000000';
  }

  /** Whether a tenant is the partner's; the first one asked about becomes it where none is configured. */
  is(tenantId: string): boolean {
    if (this.#tenantId === undefined) {
      this.#tenantId = tenantId;
      this.#db.keepSetting(LEARNED, tenantId);
    }
    return this.#tenantId === tenantId;
  }
}
