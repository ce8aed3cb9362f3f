import { plusDays } from '#kernel';
import {
  type LicenseReassignmentState,
  type Line,
  type Migration,
  type MigrationCommand,
  type MigrationToDo,
  type RecordPurchaseOutcome,
  licenseReassignmentDecider,
  lineOf,
} from '../index.ts';
import type { Fault, ScriptedLine } from './histories-for-spec.ts';
import type { Outside } from './outside-for-spec.ts';

type Carried = MigrationCommand | null;

/** What the service's automation does about a due to-do: it acts on the outside, and says what to record; null = look again later. */
export class Automation {
  readonly licenseProgress = new Map<string, LicenseReassignmentState>();

  constructor(
    readonly outside: Outside,
    readonly scripted: ReadonlyMap<string, ScriptedLine>,
  ) {}

  carryOut(toDo: MigrationToDo, migration: Migration, fault: Fault): Carried {
    const at = this.outside.now;
    const line = lineOf(migration, toDo.originalSubscriptionId ?? '')!;
    const { purchase } = migration;
    switch (toDo.kind) {
      case 'match-offers': {
        const open = migration.lines.filter((candidate) => !candidate.chosen && !candidate.unmappedSince);
        return {
          type: 'RecordOfferMatches',
          at,
          matches: open.map(({ originalSubscriptionId }) => ({
            originalSubscriptionId,
            target: this.scripted.get(originalSubscriptionId)!.target,
            detail: '',
          })),
        };
      }
      case 'send-invitation':
        return { type: 'RecordInvitationSent', at, link: 'https://link', mailed: migration.contactEmail !== null };
      case 'send-reminder':
        if (plusDays(migration.invitation!.sentAt, migration.policy.lapseAfterDays) <= at) return null;
        return { type: 'RecordReminderSent', at, number: migration.invitation!.reminders + 1 };
      case 'check-relationship':
        return this.outside.relationship ? { type: 'RecordAcceptance', at, occurredAt: at, key: `look ${toDo.id}` } : null;
      case 'lapse-invitation':
        return { type: 'LapseInvitation', at };
      case 'start-purchase':
        return {
          type: 'StartPurchase',
          at,
          freshCatalogItems: Object.fromEntries(migration.lines.map((each) => [each.originalSubscriptionId, 'P:0001:FRESH'])),
        };
      case 'create-cart': {
        const failed = purchase!.lines.filter((_, index) => fault === 'refused' || (fault === 'line-error' && index === 0));
        if (failed.length > 0)
          return this.#outcome(
            purchase!.attempt,
            null,
            [],
            failed.map((item) => item.lineNumber),
            fault === 'line-error',
          );
        return { type: 'RecordCartCreated', at, attempt: purchase!.attempt, cartId: this.outside.createCart(purchase!.lines) };
      }
      case 'check-out': {
        const fails = (lineNumber: number): boolean => fault === 'refused' || (fault === 'partial' && lineNumber % 2 === 1);
        const { orderId, ordered, failed } = this.outside.checkOut(purchase!.cartId!, fails, fault === 'none' ? 0 : 30);
        return this.#outcome(purchase!.attempt, purchase!.cartId, orderId ? [{ orderId, lineNumbers: ordered }] : [], failed, false);
      }
      case 'follow-order':
        return this.#followOrder(line, fault);
      case 'reassign-licenses':
        return this.#moveUsers(line, fault === 'interrupted' ? 1 : 2);
      case 'check-ending':
        return this.#checkEnding(line);
      case 'advise-end':
        // A clearance that is not fresh is read back once more.
        if (plusDays(line.endingCheck!.checkedAt, 1) < at) return this.#checkEnding(line);
        return { type: 'RecordEndAdvised', at, originalSubscriptionId: line.originalSubscriptionId, mailed: true };
      case 'watch-original':
        return this.#watch(line);
      case 'assess-coverage':
        return { type: 'AssessCoverage', at };
      case 'resume':
        return { type: 'Resume', at };
      default:
        return toDo.kind satisfies never;
    }
  }

  #outcome(
    attempt: number,
    cartId: string | null,
    orders: RecordPurchaseOutcome['orders'],
    failed: readonly number[],
    final: boolean,
  ): MigrationCommand {
    return {
      type: 'RecordPurchaseOutcome',
      at: this.outside.now,
      attempt,
      cartId,
      orders,
      failedLines: failed.map((lineNumber) => ({ lineNumber, code: 'refused', detail: '', final })),
    };
  }

  #followOrder({ originalSubscriptionId, order }: Line, fault: Fault): Carried {
    const at = this.outside.now;
    const { orderId } = order!;
    const placed = this.outside.orderOf(orderId, originalSubscriptionId)!;
    if (placed.active === 0 && !placed.failed) {
      if (fault === 'order-fails') placed.failed = true;
      else if (placed.readyAt <= at) placed.active = fault === 'short' ? Math.max(1, placed.quantity - 1) : placed.quantity;
    }
    if (placed.failed) return { type: 'RecordOrderFailed', at, originalSubscriptionId, orderId, code: 'order-failed', detail: '' };
    if (placed.active === 0) return null;
    return {
      type: 'RecordSubscriptionProvisioned',
      at,
      originalSubscriptionId,
      orderId,
      subscriptionId: `of ${orderId} ${originalSubscriptionId}`,
      quantity: placed.active,
      commitmentEnd: '2027-12-31' as never,
    };
  }

  /** Goes on from what the directory shows; writes down at most `most` users, then is told to stop. */
  #moveUsers(line: Line, most: number): MigrationCommand {
    const at = this.outside.now;
    const { originalSubscriptionId } = line;
    const original = this.outside.originals.get(originalSubscriptionId)!;
    const needed = line.chosen!.skuId;
    const left = [...original.users].filter(([, licenses]) => licenses.has(line.skuId)).map(([userId]) => userId);
    const moved = left.slice(0, most);
    for (const userId of moved) this.outside.swap(original, userId, needed, line.skuId);
    const known = this.licenseProgress.get(originalSubscriptionId) ?? licenseReassignmentDecider.initialState;
    const decision = licenseReassignmentDecider.decide({ type: 'RecordUsers', at, reassigned: moved, failed: [] }, known);
    const progress = decision.kind === 'events' ? decision.events.reduce(licenseReassignmentDecider.evolve, known) : known;
    this.licenseProgress.set(originalSubscriptionId, progress);
    const reassigned = [...original.users.values()].filter((licenses) => licenses.has(needed)).length;
    return {
      type: 'RecordReassignment',
      at,
      originalSubscriptionId,
      inScope: original.users.size,
      reassigned,
      failed: 0,
      complete: left.length === moved.length,
    };
  }

  #checkEnding(line: Line): MigrationCommand {
    const facts = this.outside.endingFacts(line.originalSubscriptionId, line.chosen!.skuId);
    return { type: 'RecordEndingCheck', at: this.outside.now, originalSubscriptionId: line.originalSubscriptionId, facts };
  }

  #watch({ originalSubscriptionId, termEnd, originalFacts }: Line): Carried {
    const at = this.outside.now;
    const original = this.outside.originals.get(originalSubscriptionId)!;
    const known = originalFacts.reduce((end, fact) => (fact.kind === 'renewed' && fact.termEnd ? fact.termEnd : end), termEnd);
    const fact = {
      type: 'RecordOriginalChange' as const,
      at,
      originalSubscriptionId,
      occurredAt: at,
      key: `look ${originalSubscriptionId} ${original.state} ${original.termEnd}`,
    };
    if (original.state === 'ended') return { ...fact, change: 'expired', termEnd: null };
    if (original.state === 'active' && original.termEnd > known) return { ...fact, change: 'renewed', termEnd: original.termEnd };
    if (original.state === 'extended' && !originalFacts.some(({ kind }) => kind === 'extended'))
      return { ...fact, change: 'extended', termEnd: null };
    return null;
  }
}
