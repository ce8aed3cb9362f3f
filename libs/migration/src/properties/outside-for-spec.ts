import { type Day, type Instant, dayOf, endOfDay, plusDays, plusMs } from '#kernel';
import type { EndingFacts, LineRegistration, MigrationCommand, PurchaseLine, RecordOriginalChange } from '../index.ts';

export type AtEnd = 'expire' | 'renew' | 'extend';

export interface Original {
  readonly line: LineRegistration;
  readonly atEnd: AtEnd;
  /** Who holds a license of it: user id → SKUs. Users of different originals are different ones. */
  readonly users: Map<string, Set<string>>;
  termEnd: Day;
  state: 'active' | 'ended' | 'extended';
}

interface Cart {
  readonly lines: readonly PurchaseLine[];
  result: CheckedOut | null;
}

interface CheckedOut {
  readonly orderId: string | null;
  readonly ordered: readonly number[];
  readonly failed: readonly number[];
}

export interface OrderedLine {
  readonly orderId: string;
  readonly originalSubscriptionId: string;
  readonly quantity: number;
  readonly readyAt: Instant;
  /** What was delivered: fewer seats than ordered can be mended later. */
  active: number;
  failed: boolean;
}

export interface LicenseWrite {
  readonly userId: string;
  readonly add: string;
  readonly remove: string;
}

/** Everything around a migration, as it really is: what the customer does, what is bought, who is licensed. */
export class Outside {
  readonly originals = new Map<string, Original>();
  readonly carts = new Map<string, Cart>();
  readonly orders: OrderedLine[] = [];
  readonly writes: LicenseWrite[] = [];
  /** Facts that were sent as messages: each may come any number of times, in any order, or never. */
  readonly messages: MigrationCommand[] = [];
  relationship = false;
  #count = 0;

  constructor(public now: Instant) {}

  add(line: LineRegistration, atEnd: AtEnd, users: number): void {
    const holders = Array.from(
      { length: users },
      (_, index) => [`user ${index} of ${line.originalSubscriptionId}`, new Set([line.skuId])] as const,
    );
    this.originals.set(line.originalSubscriptionId, { line, atEnd, users: new Map(holders), termEnd: line.termEnd, state: 'active' });
    this.moveTo(this.now);
  }

  moveTo(now: Instant): void {
    this.now = now;
    for (const original of this.originals.values()) {
      while (original.state === 'active' && endOfDay(original.termEnd) <= now) this.#atEndOf(original);
    }
  }

  #atEndOf(original: Original): void {
    const end = endOfDay(original.termEnd);
    if (original.atEnd === 'renew') {
      original.termEnd = dayOf(plusDays(end, 364));
      this.#tell(original, 'renewed', plusMs(end, 3_600_000), original.termEnd);
    } else {
      original.state = original.atEnd === 'extend' ? 'extended' : 'ended';
      this.#tell(original, original.atEnd === 'extend' ? 'extended' : 'expired', plusMs(end, 3_600_000), null);
    }
  }

  #tell(original: Original, change: RecordOriginalChange['change'], occurredAt: Instant, termEnd: Day | null): void {
    const { originalSubscriptionId } = original.line;
    this.messages.push({
      type: 'RecordOriginalChange',
      at: this.now,
      originalSubscriptionId,
      change,
      occurredAt,
      termEnd,
      key: `upstream ${++this.#count}`,
    });
  }

  customer(does: 'accept' | 'decline' | 'remove'): void {
    const fact = { at: this.now, occurredAt: this.now, key: `webhook ${++this.#count}` };
    if (does === 'accept') this.messages.push({ type: 'RecordAcceptance', ...fact });
    if (does === 'decline' && !this.relationship) this.messages.push({ type: 'RecordDecline', ...fact });
    if (does === 'remove' && this.relationship) this.messages.push({ type: 'RecordRelationshipRemoved', ...fact });
    if (does !== 'decline') this.relationship = does === 'accept';
  }

  cancel(originalSubscriptionId: string): void {
    const original = this.originals.get(originalSubscriptionId);
    if (!original || original.state === 'ended') return;
    original.state = 'ended';
    this.#tell(original, 'cancelled', this.now, null);
  }

  /** Its term turns out to end some days from where it was registered. */
  endOnAnotherDay(originalSubscriptionId: string, days: number): void {
    const original = this.originals.get(originalSubscriptionId);
    if (original?.state !== 'active') return;
    original.termEnd = dayOf(plusDays(endOfDay(original.termEnd), days - 4));
    this.#tell(original, 'expiring', this.now, original.termEnd);
    this.moveTo(this.now);
  }

  hire(originalSubscriptionId: string): void {
    const { users, line } = this.originals.get(originalSubscriptionId)!;
    users.set(`user ${users.size} of ${originalSubscriptionId}`, new Set([line.skuId]));
  }

  comeBack(originalSubscriptionId: string): void {
    const original = this.originals.get(originalSubscriptionId);
    if (original?.state !== 'ended') return;
    original.state = 'active';
    original.termEnd = dayOf(plusDays(this.now, 365));
    this.#tell(original, 'renewed', this.now, original.termEnd);
  }

  createCart(lines: readonly PurchaseLine[]): string {
    const id = `cart ${++this.#count}`;
    this.carts.set(id, { lines, result: null });
    return id;
  }

  /** Repeated on one cart it answers the same again (facts §4.4). `fails` decides the first time. */
  checkOut(cartId: string, fails: (lineNumber: number) => boolean, readyAfterHours: number): CheckedOut {
    const cart = this.carts.get(cartId)!;
    if (cart.result) return cart.result;
    const failed = cart.lines.filter((line) => fails(line.lineNumber)).map((line) => line.lineNumber);
    const ordered = cart.lines.filter((line) => !failed.includes(line.lineNumber));
    const orderId = ordered.length > 0 ? `order ${++this.#count}` : null;
    for (const { originalSubscriptionId, quantity } of ordered) {
      this.orders.push({
        orderId: orderId!,
        originalSubscriptionId,
        quantity,
        readyAt: plusMs(this.now, readyAfterHours * 3_600_000),
        active: 0,
        failed: false,
      });
    }
    cart.result = { orderId, ordered: ordered.map((line) => line.lineNumber), failed };
    return cart.result;
  }

  orderOf(orderId: string, originalSubscriptionId: string): OrderedLine | undefined {
    return this.orders.find((order) => order.orderId === orderId && order.originalSubscriptionId === originalSubscriptionId);
  }

  /** Orders of a line that were not given up: the rule is that there is never more than one. */
  boughtFor(originalSubscriptionId: string): readonly OrderedLine[] {
    return this.orders.filter((order) => order.originalSubscriptionId === originalSubscriptionId && !order.failed);
  }

  swap(original: Original, userId: string, add: string, remove: string): void {
    const licenses = original.users.get(userId)!;
    licenses.add(add);
    licenses.delete(remove);
    this.writes.push({ userId, add, remove });
  }

  endingFacts(originalSubscriptionId: string, neededSku: string): EndingFacts {
    const original = this.originals.get(originalSubscriptionId)!;
    const active = this.boughtFor(originalSubscriptionId).reduce((seats, order) => seats + order.active, 0);
    const holders = [...original.users.values()];
    const unlicensedUsers =
      neededSku === original.line.skuId
        ? Math.max(0, holders.length - active)
        : holders.filter((licenses) => !licenses.has(neededSku)).length;
    return {
      targetActive: active > 0,
      sameCustomer: true,
      activeSeats: active,
      unlicensedUsers,
      originalActive: original.state !== 'ended',
    };
  }
}
