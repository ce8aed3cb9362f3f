import { type Position, positionFromText } from '#kernel';
import type { CommittedPositions } from '#event-sourcing';
import { Problem } from '../problems/problem.ts';

/** Contract §3: a query waits so long for the read model. */
const LONGEST_WAIT_MS = 2_000;

/** @throws Problem 400 when the header is no position; NotYet when the read model does not get there in time */
export async function waitForMinPosition(header: string | string[] | undefined, positions: CommittedPositions): Promise<void> {
  if (header === undefined) return;
  const position = typeof header === 'string' ? readable(header) : undefined;
  if (position === undefined)
    throw new Problem(400, 'min-position-invalid', 'Min-Position takes the value of a Position header, as an answer gave it.');
  await positions.waitFor(position, LONGEST_WAIT_MS);
}

function readable(header: string): Position | undefined {
  return positionFromText(header.trim());
}
