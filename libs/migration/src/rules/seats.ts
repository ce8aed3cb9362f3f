import type { Instant } from '#kernel';
import type { Line } from '../model/line.ts';
import { originalHasEnded } from './original-end.ts';

export interface SeatProblem {
  readonly code: 'seats-out-of-range' | 'seat-pool-exceeded';
  readonly detail: string;
}

/**
 * Seats that a tenant holds of a SKU over all channels, as far as the migration knows them: originals that still run,
 * and targets bought or about to be (rule 2; facts §4.9).
 */
function seatsHeld(skuId: string, lines: readonly Line[], except: Line, now: Instant): number {
  return lines.reduce((held, line) => {
    const original = line.skuId === skuId && !originalHasEnded(line, now) ? line.seats : 0;
    const target = line !== except && line.chosen?.skuId === skuId && (line.order || line.subscription) ? line.chosen.seats : 0;
    return held + original + target;
  }, 0);
}

/** The lines as they stand once one of them is ordered too: it counts against the pool for the others. */
export function withWanted(lines: readonly Line[], wanted: Line, at: Instant): readonly Line[] {
  return lines.map((line) => (line === wanted ? { ...line, order: { orderId: '', cartId: '', placedAt: at } } : line));
}

/** Why a line's target may not be bought as it stands, or null. */
export function seatProblem(line: Line, lines: readonly Line[], now: Instant): SeatProblem | null {
  const target = line.chosen;
  if (!target) return null;
  if (target.seats < target.minimumSeats || target.seats > target.maximumSeats) {
    return {
      code: 'seats-out-of-range',
      detail: `${target.seats} seats of ${target.catalogItem} are outside its ${target.minimumSeats} to ${target.maximumSeats}: choose other seats or another target`,
    };
  }
  if (target.seatPool === null) return null;
  const held = seatsHeld(target.skuId, lines, line, now);
  if (held + target.seats <= target.seatPool) return null;
  return {
    code: 'seat-pool-exceeded',
    detail: `${target.seats} seats beside the ${held} that the customer holds of this SKU exceed its pool of ${target.seatPool}: choose at most ${Math.max(target.seatPool - held, 0)} seats, another target, or end the original first`,
  };
}
