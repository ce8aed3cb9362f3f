import { dayOf, parseDay, plusDays, startOfDay, type Day } from '#kernel';
import { told, type CellReading } from './cell-rules.ts';

/** An original that ended longer ago has no gap left to show from registration (contract, "Import columns"). */
const MOST_DAYS_PAST = 120;
/** No program sells longer terms; a year beyond is a slip of the hand. */
const MOST_YEARS_AHEAD = 10;

/** A term end is a date that exists, neither long past nor absurdly far ahead, seen from `today`. */
export function termEnd(cell: string, today: Day): CellReading<Day> {
  const day = parseDay(cell);
  if (!day) return { code: 'no-such-date', hint: `${told(cell)} ${faultOfDate(cell)}` };
  const earliest = dayOf(plusDays(startOfDay(today), -MOST_DAYS_PAST));
  if (day < earliest) {
    return {
      code: 'term-end-too-old',
      hint: `${day} is more than ${MOST_DAYS_PAST} days ago (before ${earliest}): leave out what ended so long ago.`,
    };
  }
  const latest = dayOf(plusDays(startOfDay(today), Math.ceil(MOST_YEARS_AHEAD * 365.25)));
  if (day > latest) return { code: 'term-end-too-far', hint: `${day} is more than ${MOST_YEARS_AHEAD} years ahead: check the year.` };
  return { value: day };
}

function faultOfDate(cell: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(cell)) return 'is a date that does not exist.';
  if (/^\d{4}-\d{2}-\d{2}[T ]/.test(cell)) return 'has a time: give the day alone, as YYYY-MM-DD.';
  if (/^\d{5}$/.test(cell)) return 'is a serial number of Excel: format the column as text YYYY-MM-DD.';
  return 'is not a date like 2026-12-31: write year-month-day with four, two and two digits.';
}
