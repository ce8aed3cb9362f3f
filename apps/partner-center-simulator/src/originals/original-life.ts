import type { Day, Instant } from '#kernel';
import type { CloudEvents } from '../deliveries/cloud-events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseOwner } from './original-timers.ts';
import { isRunning, type Original, type Originals } from './originals.ts';

export interface OriginalLifeParts {
  readonly originals: Originals;
  readonly cloudEvents: CloudEvents;
  readonly ledger: Ledger;
}

/** What becomes of the originals, and the upstream systems that tell of it. */
export class OriginalLife {
  readonly #parts: OriginalLifeParts;

  constructor(parts: OriginalLifeParts) {
    this.#parts = parts;
  }

  expiring(owner: string, at: Instant): void {
    const original = this.#find(owner);
    if (original?.state === 'running') this.#parts.cloudEvents.originalChanged('expiring', original, original.termEnd, at);
  }

  /** The first moment after its last day. */
  naturalEnd(owner: string, at: Instant): void {
    const original = this.#find(owner);
    if (original?.state !== 'running') return;
    const { originals } = this.#parts;
    switch (original.atEnd) {
      case 'expire':
        originals.end(original, 'expired', at);
        this.#tell('expired', original, original.termEnd, at);
        break;
      case 'renew':
        this.#tell('renewed', original, originals.prolong(original, 'P1Y', 'running'), at);
        break;
      case 'extend':
        this.#tell('extended', original, originals.prolong(original, 'P1M', 'extended'), at);
        break;
    }
  }

  /** The customer cancels: one, or all that run. Gives those that it cancelled. */
  cancel(tenant: string, subscriptionId: string | null, at: Instant): string[] {
    const { originals, ledger, cloudEvents } = this.#parts;
    const cancelled = originals
      .of(tenant)
      .filter((original) => isRunning(original) && (subscriptionId === null || original.subscriptionId === subscriptionId));
    for (const original of cancelled) {
      originals.end(original, 'cancelled', at);
      const { sku, seats } = original;
      ledger.record(at, tenant, {
        kind: 'cancellation',
        requestId: null,
        subscriptionId: original.subscriptionId,
        skuId: sku,
        quantity: seats,
        status: 'cancelled',
      });
      cloudEvents.originalChanged('cancelled', original, null, at);
    }
    return cancelled.map((original) => original.subscriptionId);
  }

  #tell(what: 'expired' | 'renewed' | 'extended', original: Original, termEnd: Day, at: Instant): void {
    this.#parts.cloudEvents.originalChanged(what, original, termEnd, at);
  }

  #find(owner: string): Original | undefined {
    const { tenant, subscriptionId } = parseOwner(owner);
    return this.#parts.originals.find(tenant, subscriptionId);
  }
}
