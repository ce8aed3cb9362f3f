/**
 * A moment in UTC as ISO 8601 with exactly three fraction digits (`2026-11-23T07:00:00.000Z`).
 * All instants have this one form, so that they compare as text in code, in SQL and in JSON alike.
 */
export type Instant = string & { readonly __brand: 'Instant' };

/** A whole UTC day, `YYYY-MM-DD`. A term end is its last whole UTC day (design, rule 8). */
export type Day = string & { readonly __brand: 'Day' };

const DAY_MS = 86_400_000;

export function instantFromEpoch(ms: number): Instant {
  return new Date(ms).toISOString() as Instant;
}

export function epochOf(instant: Instant): number {
  return Date.parse(instant);
}

/** Any ISO 8601 date-time with an offset, in the one form; `undefined` when it is none or does not exist. */
export function parseInstant(text: string): Instant | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?([Zz]|[+-]([01]\d|2[0-3]):?[0-5]\d)$/.exec(text);
  if (!match || !parseDay(match[1]!)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : instantFromEpoch(ms);
}

export function plusMs(instant: Instant, ms: number): Instant {
  return instantFromEpoch(epochOf(instant) + ms);
}

export function plusDays(instant: Instant, days: number): Instant {
  return plusMs(instant, days * DAY_MS);
}

/** Days from `from` to `to`, with fraction; negative when `to` is earlier. */
export function daysBetween(from: Instant, to: Instant): number {
  return (epochOf(to) - epochOf(from)) / DAY_MS;
}

export function earlier(a: Instant, b: Instant): Instant {
  return a <= b ? a : b;
}

export function later(a: Instant, b: Instant): Instant {
  return a >= b ? a : b;
}

/** `YYYY-MM-DD` of a date that exists, else `undefined`. */
export function parseDay(text: string): Day | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? (text as Day) : undefined;
}

export function dayOf(instant: Instant): Day {
  return instant.slice(0, 10) as Day;
}

export function startOfDay(day: Day): Instant {
  return `${day}T00:00:00.000Z` as Instant;
}

/** The first moment after a whole UTC day: what a natural end means (contract, `coverage`). */
export function endOfDay(day: Day): Instant {
  let end = ends.get(day);
  if (!end) {
    end = plusDays(startOfDay(day), 1);
    if (ends.size >= MOST_ENDS) ends.clear();
    ends.set(day, end);
  }
  return end;
}

/** Asked many times for each command, of the few days on which terms end. */
const ends = new Map<Day, Instant>();
const MOST_ENDS = 10_000;
