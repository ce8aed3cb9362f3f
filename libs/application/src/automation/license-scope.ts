import type { LicenseReassignmentState, Line } from '#migration';
import type { DirectoryUser } from '#partner-center';

export interface LicenseScope {
  /** Users to be called for, in an order that every run repeats. */
  readonly pending: readonly string[];
  /** Moved by an earlier run that could not write them down any more: the directory shows that they are. */
  readonly movedUnrecorded: readonly string[];
  readonly inScope: number;
}

/**
 * Who is to be moved: whoever holds the old SKU, with those whom we have moved already at most as many as the target has
 * seats. A user who shows the new SKU and not the old one costs no call.
 * `freeUnits` are licenses of the new SKU that nobody holds.
 */
export async function licenseScope(
  line: Line,
  known: LicenseReassignmentState,
  users: AsyncIterable<DirectoryUser>,
  freeUnits: () => Promise<number>,
): Promise<LicenseScope> {
  const oldSku = line.skuId;
  const newSku = line.chosen!.skuId;
  const holders: { readonly userId: string; readonly holdsNew: boolean }[] = [];
  const onlyNew: string[] = [];
  let movedBefore = 0;
  for await (const { userId, licenses } of users) {
    const holdsNew = licenses.includes(newSku);
    if (licenses.includes(oldSku)) holders.push({ userId, holdsNew });
    else if (holdsNew && known.reassigned.has(userId)) movedBefore += 1;
    else if (holdsNew) onlyNew.push(userId);
  }
  // Users whom we have moved and who have left since are still in the account of what was done.
  const goneSince = known.reassigned.size - movedBefore - holders.filter(({ userId }) => known.reassigned.has(userId)).length;
  let seats = Math.max(0, line.subscription!.quantity - movedBefore);
  // An interrupted run may have moved users that it could not write down: then the seats they took are no longer free.
  const ambiguous = line.reassignment && holders.length + onlyNew.length > line.reassignment.inScope - known.reassigned.size;
  if (ambiguous) seats = Math.min(seats, (await freeUnits()) + holders.filter(({ holdsNew }) => holdsNew).length);
  // Whoever holds the new SKU already takes no further seat.
  const inOrder = holders.toSorted((a, b) => Number(b.holdsNew) - Number(a.holdsNew) || (a.userId < b.userId ? -1 : 1));
  const pending = inOrder.slice(0, seats).map(({ userId }) => userId);
  const counted = movedBefore + goneSince + pending.length;
  const missing = line.reassignment ? Math.max(0, line.reassignment.inScope - counted) : 0;
  const movedUnrecorded = onlyNew.toSorted().slice(0, missing);
  return { pending, movedUnrecorded, inScope: counted + movedUnrecorded.length };
}
