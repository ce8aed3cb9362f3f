export interface OrderGroupLine {
  readonly lineNumber: number;
  readonly catalogItem: string;
  readonly quantity: number;
  readonly orderGroup: string;
}

interface OrderedLine {
  readonly catalogItem: string;
  readonly quantity: number;
}

/**
 * Which cart line each order line is. A checkout gives one order per order group, and each order numbers its own lines,
 * so the lines are told by what they buy. `undefined` when an order holds something that the cart does not.
 */
export function assignOrderLines(
  cart: readonly OrderGroupLine[],
  orders: readonly (readonly OrderedLine[])[],
): readonly (readonly number[])[] | undefined {
  const free = [...cart].sort((a, b) => a.lineNumber - b.lineNumber);
  const result: number[][] = [];
  for (const order of orders) {
    let group: string | undefined;
    const numbers: number[] = [];
    for (const line of order) {
      const fits = (other: OrderGroupLine): boolean => sameSku(other.catalogItem, line.catalogItem) && other.quantity === line.quantity;
      const index = firstIndex(free, (other) => fits(other) && other.orderGroup === group, fits);
      if (index === -1) return undefined;
      const [taken] = free.splice(index, 1);
      group ??= taken!.orderGroup;
      numbers.push(taken!.lineNumber);
    }
    result.push(numbers);
  }
  return result;
}

function firstIndex<T>(items: readonly T[], ...tests: readonly ((item: T) => boolean)[]): number {
  for (const test of tests) {
    const index = items.findIndex(test);
    if (index !== -1) return index;
  }
  return -1;
}

/** The availability part of a catalog item rotates (facts §4.2). */
function sameSku(a: string, b: string): boolean {
  const sku = (catalogItem: string): string => catalogItem.split(':').slice(0, 2).join(':').toLowerCase();
  return sku(a) === sku(b);
}
