import type { Instant } from '#kernel';
import { isRunning, phaseOf, type Originals } from '../originals/originals.ts';
import type { Orders } from '../purchases/orders.ts';
import type { Subscriptions } from '../purchases/subscriptions.ts';
import type { DirectoryStatus } from '../originals/end-rules.ts';

/** Units of one license SKU in a tenant: all subscriptions with that SKU form one pool (facts §5.3). */
export interface Units {
  readonly active: number;
  readonly warning: number;
  readonly suspended: number;
}

const NONE: Units = { active: 0, warning: 0, suspended: 0 };
const STATUS_UNITS: Readonly<Record<DirectoryStatus, keyof Units | null>> = {
  Enabled: 'active',
  Warning: 'warning',
  Suspended: 'suspended',
  Deleted: null,
};

/** Seats over all channels: the originals' and those sold here. */
export class SeatPools {
  readonly #originals: Originals;
  readonly #subscriptions: Subscriptions;
  readonly #orders: Orders;

  constructor(originals: Originals, subscriptions: Subscriptions, orders: Orders) {
    this.#originals = originals;
    this.#subscriptions = subscriptions;
    this.#orders = orders;
  }

  /** SKUs that still have units of any kind. */
  unitsOf(tenant: string, at: Instant): Map<string, Units> {
    const pools = new Map<string, Units>();
    for (const original of this.#originals.of(tenant)) addUnits(pools, original.sku, original.seats, phaseOf(original, at).status);
    for (const sold of this.#subscriptions.of(tenant))
      addUnits(pools, sold.sku, sold.quantity, this.#subscriptions.directoryStatus(sold, at));
    return pools;
  }

  /** Seats that count against a small-business pool: what runs over all channels, and what is ordered (facts §4.9). */
  seatsHeld(tenant: string, sku: string): number {
    const running = this.#originals.of(tenant).filter((original) => original.sku === sku && isRunning(original));
    const sold = this.#subscriptions.of(tenant).filter((each) => each.sku === sku && each.endedAt === null);
    const ordered = this.#orders.pendingLines(tenant).filter((line) => line.sku === sku);
    return (
      running.reduce((sum, { seats }) => sum + seats, 0) +
      sold.reduce((sum, { quantity }) => sum + quantity, 0) +
      ordered.reduce((sum, { quantity }) => sum + quantity, 0)
    );
  }
}

function addUnits(pools: Map<string, Units>, sku: string, seats: number, status: DirectoryStatus): void {
  const kind = STATUS_UNITS[status];
  if (kind === null) return;
  const before = pools.get(sku) ?? NONE;
  pools.set(sku, { ...before, [kind]: before[kind] + seats });
}
