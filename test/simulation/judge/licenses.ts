import { plusDays } from '#kernel';
import { type Line, offerMatchOf, originalFrom } from '#migration';
import type { LedgerEntry } from '../control.ts';
import type { CustomerEnding } from '../ending.ts';

/** So long after its end at the least nobody holds a license of an original any more: there is nobody to be moved. */
const LICENSES_LIVE_DAYS = 90;

/** Rule 5: no license is written for the same offer; for another one every user is moved once, in one call. */
export function judgeLicenses(ending: CustomerEnding): string[] {
  const { migration, customer } = ending;
  const writes = ending.ledger.filter(({ kind }) => kind === 'license');
  const moved = migration.lines.filter((line) => line.subscription && offerMatchOf(line) === 'different');
  const stray = writes.filter(({ remove }) => !moved.some((line) => remove?.length === 1 && remove[0] === line.skuId));
  return [
    ...stray.map(
      ({ userId, add, remove, at }) =>
        `license of user ${userId} written at ${at} (+${String(add)} -${String(remove)}) for no line that moves users`,
    ),
    ...moved.flatMap((line) => judgeLine(line, writes, customer.users)),
  ];
}

function judgeLine(line: Line, writes: readonly LedgerEntry[], users: number): string[] {
  const own = writes.filter(({ remove }) => remove?.[0] === line.skuId);
  const wrong: string[] = [];
  for (const [userId, ofUser] of Map.groupBy(own, (write) => write.userId!)) {
    if (ofUser.length > 1) wrong.push(`user ${userId} was moved ${ofUser.length} times off ${line.skuId}`);
    const [add] = ofUser[0]!.add ?? [];
    // Whoever had the new SKU from another line already gets nothing added.
    const hadItBefore = writes.some(
      (other) => other.userId === userId && other.seq < ofUser[0]!.seq && other.add?.includes(line.chosen!.skuId),
    );
    if (add !== line.chosen!.skuId && !(add === undefined && hadItBefore))
      wrong.push(`user ${userId} got ${String(add)} in place of ${line.chosen!.skuId}`);
  }
  const served = new Set(own.map(({ userId }) => userId)).size;
  const { endedAt } = originalFrom(line);
  const gone = endedAt !== null && line.reassignment?.completedAt && plusDays(endedAt, LICENSES_LIVE_DAYS) <= line.reassignment.completedAt;
  if (line.reassignment?.completedAt && served !== users && !(gone && served === 0))
    wrong.push(`line ${line.originalSubscriptionId} says that its users are moved: ${served} of ${users} were`);
  return wrong;
}
