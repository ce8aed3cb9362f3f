import { DateTime, Duration } from 'luxon';
import { dayOf, epochOf, instantFromEpoch, plusDays, startOfDay, type Day, type Instant } from '#kernel';

/** True for an ISO 8601 duration that does not go backwards: `P2D`, `PT45M`, `P1Y`. */
export function isDuration(text: string): boolean {
  const duration = Duration.fromISO(text);
  return duration.isValid && duration.toMillis() >= 0;
}

export function plusDuration(instant: Instant, duration: string): Instant {
  return instantFromEpoch(DateTime.fromMillis(epochOf(instant), { zone: 'utc' }).plus(Duration.fromISO(duration)).toMillis());
}

/** The last whole UTC day of a term that begins on a day and lasts so long: 2026-11-22 and P1Y end on 2027-11-21 (facts §4.6). */
export function lastDayOfTerm(firstDay: Day, term: string): Day {
  return dayOf(plusDays(plusDuration(startOfDay(firstDay), term), -1));
}

/** The same day so much later: what a renewal does to a term end. */
export function dayLater(day: Day, duration: string): Day {
  return dayOf(plusDuration(startOfDay(day), duration));
}

/** Partner Center writes seven fraction digits. */
export function sevenDigits(instant: Instant): string {
  return instant.replace(/\.(\d{3})Z$/, '.$10000Z');
}
