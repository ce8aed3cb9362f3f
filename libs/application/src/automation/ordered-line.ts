import type { Line, Migration } from '#migration';
import type { OrderStatus } from '#partner-center';

type OrderLine = OrderStatus['lines'][number];

/** In this order equals are handed out. */
const TURNS = ['named', 'pending', 'failed'] as const;

/**
 * Which line of an order is a migration line's own. One order may carry several lines of a customer, and numbers them by
 * itself, so they are told by what they buy; among equals, the n-th belongs to the n-th. Those that failed come last: a
 * migration line that was told so is no sibling any more, and must not leave what still brings seats to nobody.
 */
export function orderedLine(line: Line, migration: Migration, order: OrderStatus): OrderLine | undefined {
  const siblings = migration.lines.filter((other) => other.order?.orderId === line.order?.orderId);
  const taken = new Set(siblings.flatMap(({ subscription }) => subscription?.subscriptionId ?? []));
  const free = order.lines.filter(({ subscriptionId }) => subscriptionId === null || !taken.has(subscriptionId));
  const equals = inTurn(free.filter((candidate) => buys(candidate, line)));
  const rank = siblings.filter((other) => !other.subscription && sameTarget(other, line)).indexOf(line);
  if (equals.length > 0) return equals[rank];
  // The same SKU bought under another catalog item than the chosen one: told by its seats alone.
  const bySeats = free.filter(({ quantity }) => quantity === line.chosen?.seats);
  return bySeats.length === 1 ? bySeats[0] : free.length === 1 ? free[0] : undefined;
}

function inTurn(lines: readonly OrderLine[]): readonly OrderLine[] {
  return [...lines].sort((a, b) => TURNS.indexOf(standingOf(a)) - TURNS.indexOf(standingOf(b)) || a.lineNumber - b.lineNumber);
}

function standingOf({ fulfilment, subscriptionId }: OrderLine): (typeof TURNS)[number] {
  if (fulfilment === 'failed') return 'failed';
  return fulfilment === 'fulfilled' && subscriptionId !== null ? 'named' : 'pending';
}

function productAndSku(catalogItem: string): string {
  return catalogItem.split(':').slice(0, 2).join(':').toUpperCase();
}

function buys(candidate: OrderLine, { chosen }: Line): boolean {
  return (
    chosen !== null && candidate.quantity === chosen.seats && productAndSku(candidate.catalogItem) === productAndSku(chosen.catalogItem)
  );
}

function sameTarget(a: Line, b: Line): boolean {
  if (!a.chosen || !b.chosen) return false;
  return a.chosen.seats === b.chosen.seats && productAndSku(a.chosen.catalogItem) === productAndSku(b.chosen.catalogItem);
}
