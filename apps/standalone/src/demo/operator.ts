import type { LineItem, MigrationSummary, MigrationView } from '#migration';
import type { DemoApi } from './demo-api.ts';

/** What the demo's operator buys where the catalog has no such offer, or a pool is too small: sold everywhere, no pool. */
const FALLBACK_CATALOG_ITEMS = ['CFQ7TTC0LFLX:0001'];

/**
 * Plays the partner's operations team: does what the service says needs a person, as a person would, through the API.
 * What it does is seen by the outcome alone, so a demo that was killed goes on without a memory.
 */
export class Operator {
  readonly #api: DemoApi;
  readonly #actions: string[] = [];

  constructor(api: DemoApi) {
    this.#api = api;
  }

  /** What was done since the last look, for the log of the demo. */
  takeActions(): readonly string[] {
    return this.#actions.splice(0);
  }

  async lookThrough(): Promise<void> {
    const waiting = await this.#api.migrations('&risk=act&risk=gap');
    for (const summary of waiting) if (summary.needsAttention) await this.#attendTo(summary, summary.needsAttention.code);
    for (const summary of await this.#api.migrations('&stage=overlapping')) await this.#seeCancelled(await this.#api.migration(summary.id));
  }

  async #attendTo(summary: MigrationSummary, code: string): Promise<void> {
    switch (code) {
      case 'offer-unmapped':
      case 'seat-pool-exceeded':
      case 'seats-out-of-range':
        return this.#chooseTargets(summary, code);
      case 'no-contact-email':
        // Later it says that the customer has to be told in person of an original that may end: the customer does as agreed.
        if (summary.stage !== 'requested') return;
        this.#did(`${summary.customerName}: hands the invitation link over in person`);
        await this.#api.customerDoes(summary.customerTenantId, 'accept', {});
        return;
      case 'original-renewed':
      case 'original-extended':
        return this.#endProlonged(summary);
      default:
        this.#did(`${summary.customerName}: retries after ${code}`);
        await this.#api.command(summary.id, 'retry', {});
    }
  }

  async #chooseTargets(summary: MigrationSummary, code: string): Promise<void> {
    const { lineItems } = await this.#api.migration(summary.id);
    const stuck = lineItems.filter((line) => (code === 'offer-unmapped' ? line.offerMatch === 'unmapped' : line.target.state === 'chosen'));
    for (const line of stuck) {
      this.#did(`${summary.customerName}: chooses a target for ${line.original.offerName} (${code})`);
      for (const catalogItem of FALLBACK_CATALOG_ITEMS) {
        await this.#api.command(summary.id, 'choose-target', { originalSubscriptionId: line.originalSubscriptionId, catalogItem });
      }
    }
  }

  /** Agrees with the customer to cancel what went on against the plan, without a refund. */
  async #endProlonged(summary: MigrationSummary): Promise<void> {
    const { lineItems } = await this.#api.migration(summary.id);
    const prolonged = lineItems.filter((line) => isProlonged(line) && line.target.state === 'active' && line.end.by === 'expiry');
    for (const { originalSubscriptionId, original } of prolonged) {
      this.#did(`${summary.customerName}: agrees to cancel ${original.offerName}, which was ${original.state}`);
      await this.#api.command(summary.id, 'choose-original-end', { originalSubscriptionId, by: 'cancellation', acknowledgeNoRefund: true });
    }
  }

  /** The customer does what was agreed with it: it cancels what is to end by cancellation. */
  async #seeCancelled(migration: MigrationView): Promise<void> {
    for (const { originalSubscriptionId, original, end } of migration.lineItems) {
      if (end.by !== 'cancellation' || original.endedAt) continue;
      this.#did(`${migration.customerName}: cancels ${original.offerName}`);
      await this.#api.customerDoes(migration.customerTenantId, 'cancel-original', { subscriptionId: originalSubscriptionId });
    }
  }

  #did(action: string): void {
    this.#actions.push(action);
  }
}

function isProlonged(line: LineItem): boolean {
  return line.original.state === 'renewed' || line.original.state === 'extended';
}
