import type { LineItem, MigrationView } from '#migration';
import type { Overview } from '#read-models';
import type { LedgerEntry } from './demo-api.ts';

export interface PurchaseCheck {
  /** Lines whose target is active. */
  readonly lines: number;
  readonly seats: number;
  readonly orders: number;
  /** Customers and SKUs where the ledger has more or fewer seats than the lines: empty when every seat was bought once. */
  readonly differences: readonly { readonly customer: string; readonly skuId: string; readonly needed: number; readonly bought: number }[];
}

export interface DemoReport {
  readonly stages: Overview['stages'];
  readonly registered: number;
  readonly difference: number;
  /** Lines of customers who accepted before their last safe moment, and were without a license for some time. */
  readonly gapsInTime: number;
  /** The others: nobody could have bought in time for them. */
  readonly gapsLate: number;
  readonly overlapDays: Overview['overlapDays'];
  readonly usersReassigned: number;
  readonly purchases: PurchaseCheck;
}

/** What the ledger says was bought and stands, by customer and SKU: an order that failed afterwards bought nothing. */
function boughtBy(ledger: readonly LedgerEntry[]): { readonly seats: Map<string, number>; readonly orders: number } {
  const failed = new Set(
    ledger.filter((entry) => entry.kind === 'order' && entry.status === 'failed').map((entry) => `${entry.orderId} ${entry.skuId}`),
  );
  const standing = ledger.filter(
    (entry) => entry.kind === 'order' && entry.status === 'completed' && !failed.has(`${entry.orderId} ${entry.skuId}`),
  );
  const seats = new Map<string, number>();
  for (const { customer, skuId, quantity } of standing)
    seats.set(`${customer} ${skuId}`, (seats.get(`${customer} ${skuId}`) ?? 0) + (quantity ?? 0));
  return { seats, orders: new Set(standing.map((entry) => entry.orderId)).size };
}

/** The product's lines held against the stand-in's ledger, which knows nothing of them. */
export function checkPurchases(migrations: readonly MigrationView[], ledger: readonly LedgerEntry[]): PurchaseCheck {
  const active = migrations.flatMap(({ customerTenantId, lineItems }) =>
    lineItems.filter((line) => line.target.state === 'active').map(({ target }) => ({ customerTenantId, target })),
  );
  const needed = new Map<string, number>();
  for (const { customerTenantId, target } of active) {
    const key = `${customerTenantId} ${target.skuId}`;
    needed.set(key, (needed.get(key) ?? 0) + (target.seats ?? 0));
  }
  const bought = boughtBy(ledger);
  const differences = [...new Set([...needed.keys(), ...bought.seats.keys()])].flatMap((key) => {
    const [customer = '', skuId = ''] = key.split(' ');
    const row = { customer, skuId, needed: needed.get(key) ?? 0, bought: bought.seats.get(key) ?? 0 };
    return row.needed === row.bought ? [] : [row];
  });
  return {
    lines: active.length,
    seats: active.reduce((sum, { target }) => sum + (target.seats ?? 0), 0),
    orders: bought.orders,
    differences,
  };
}

function hasGap(line: LineItem): boolean {
  return line.coverage.some((interval) => interval.by === 'none');
}

export function reportOf(overview: Overview, migrations: readonly MigrationView[], ledger: readonly LedgerEntry[]): DemoReport {
  const gaps = migrations.flatMap(({ invitation, lineItems }) =>
    lineItems.filter(hasGap).map((line) => ({ inTime: invitation.acceptedAt !== null && invitation.acceptedAt <= line.plan.lastSafe })),
  );
  const inTime = gaps.filter((gap) => gap.inTime).length;
  return {
    stages: overview.stages,
    registered: overview.conservation.registered,
    difference: overview.conservation.difference,
    gapsInTime: inTime,
    gapsLate: gaps.length - inTime,
    overlapDays: overview.overlapDays,
    usersReassigned: ledger.filter((entry) => entry.kind === 'license').length,
    purchases: checkPurchases(migrations, ledger),
  };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The report for a person. */
export function reportText(report: DemoReport): string {
  const { stages, purchases, overlapDays } = report;
  const open =
    report.registered - stages.completed.migrations - stages.declined.migrations - stages.lapsed.migrations - stages.withdrawn.migrations;
  const days = (value: number | null): string => (value === null ? '-' : `${value} days`);
  const lines: (readonly [string, string])[] = [
    ['customers', `${report.registered} registered, none lost (difference ${report.difference})`],
    ['completed', plural(stages.completed.migrations, 'migration') + `, ${stages.completed.seats} seats`],
    ['declined', plural(stages.declined.migrations, 'migration')],
    ['lapsed', plural(stages.lapsed.migrations, 'migration')],
    ['withdrawn', plural(stages.withdrawn.migrations, 'migration')],
    ['still open', plural(open, 'migration')],
    ['gaps', `${report.gapsInTime} for customers who accepted in time, ${report.gapsLate} for those who did not`],
    ['overlap', `median ${days(overlapDays.median)}, 95 % within ${days(overlapDays.p95)}`],
    ['licenses', `${plural(report.usersReassigned, 'user')} moved to another SKU, in one call each`],
    [
      'purchases',
      `${plural(purchases.lines, 'line')}, ${purchases.seats} seats, ${plural(purchases.orders, 'order')}: ` +
        (purchases.differences.length === 0
          ? "every line's seats exactly once, by the ledger"
          : `${plural(purchases.differences.length, 'difference')} to the ledger`),
    ],
  ];
  return lines.map(([name, text]) => `  ${name.padEnd(12)}${text}`).join('\n');
}

/** What must hold at the end of any demo; the first fault is named. */
export function reportFault(report: DemoReport): string | null {
  if (report.difference !== 0) return `${report.difference} migrations are unaccounted for`;
  if (report.gapsInTime > 0) return `${report.gapsInTime} lines had a gap although their customer accepted in time`;
  const [first] = report.purchases.differences;
  if (first) return `customer ${first.customer}: ${first.needed} seats of ${first.skuId} are needed, ${first.bought} were bought`;
  return null;
}
