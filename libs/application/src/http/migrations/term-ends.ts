import { type Day, type Instant, dayOf, plusDays } from '#kernel';
import type { FieldFault } from '../problems/problem.ts';

/** As for an import's rows (contract, "Import columns"). */
const MOST_DAYS_PAST = 120;
/** No program sells longer terms; a year beyond is a slip of the hand. */
const MOST_DAYS_AHEAD = 3_653;

/** Term ends that are long past or absurdly far ahead, seen from now. */
export function termEndFaults(lines: readonly { readonly termEnd: Day }[], now: Instant): FieldFault[] {
  const earliest = dayOf(plusDays(now, -MOST_DAYS_PAST));
  const latest = dayOf(plusDays(now, MOST_DAYS_AHEAD));
  return lines.flatMap(({ termEnd }, index) => {
    const pointer = `/lines/${index}/termEnd`;
    if (termEnd < earliest)
      return [{ pointer, code: 'term-end-too-old', hint: `is more than ${MOST_DAYS_PAST} days ago: leave out what ended so long ago` }];
    if (termEnd > latest) return [{ pointer, code: 'term-end-too-far', hint: 'is more than 10 years ahead: check the year' }];
    return [];
  });
}
