const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export function dayText(instant: string): string {
  return instant.slice(0, 10);
}

/** `2027-03-01 10:00Z`; only the day where it is a day's first moment. */
export function momentText(instant: string): string {
  const time = instant.slice(11, 16);
  return time === '00:00' || time === '' ? dayText(instant) : `${dayText(instant)} ${time}Z`;
}

/** `12 d`, `5 h`, `30 min`: what a person needs to know of a span of time. */
export function spanText(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 2 * DAY_MS) return `${Math.round(size / DAY_MS)} d`;
  if (size >= DAY_MS) return `${Math.round((size / DAY_MS) * 10) / 10} d`;
  if (size >= HOUR_MS) return `${Math.round(size / HOUR_MS)} h`;
  return `${Math.round(size / MINUTE_MS)} min`;
}

/** `in 12 d`, `3 h ago`, `now`. */
export function relativeText(instant: string, now: string): string {
  const ms = Date.parse(instant) - Date.parse(now);
  if (Math.abs(ms) < MINUTE_MS) return 'now';
  return ms > 0 ? `in ${spanText(ms)}` : `${spanText(ms)} ago`;
}

/** The moment, and how far it is from now where now is known. */
export function dueText(instant: string | null, now: string | null): string {
  if (instant === null) return '–';
  return now === null ? momentText(instant) : `${momentText(instant)} (${relativeText(instant, now)})`;
}

/** `1,234`: thousands told apart. */
export function numberText(value: number): string {
  return value.toLocaleString('en-US');
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}
