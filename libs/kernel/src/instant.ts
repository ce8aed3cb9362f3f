/**
 * A moment in UTC as ISO 8601 with exactly three fraction digits (`2026-11-23T07:00:00.000Z`).
 * All instants have this one form, so that they compare as text in code, in SQL and in JSON alike.
 */
export type Instant = string & { readonly __brand: 'Instant' };

/** A whole UTC day, `YYYY-MM-DD`. A term end is its last whole UTC day (design, rule 8). */
export type Day = string & { readonly __brand: 'Day' };

const DAY_MS = 86_400_000;

export function instantFromEpoch(ms: number): Instant {
  const whole = Math.trunc(ms);
  const number = Math.floor(whole / DAY_MS);
  return `${dateOf(number)}T${timeOf(whole - number * DAY_MS)}Z` as Instant;
}

/** Texts of days by their number: moments are written many times for each command, and most of them on a few days. */
const dates = new Map<number, string>();
const MOST_DATES = 10_000;

/** @throws RangeError for a day that ISO 8601 cannot tell */
function dateOf(number: number): string {
  let date = dates.get(number);
  if (date === undefined) {
    const text = new Date(number * DAY_MS).toISOString();
    date = text.slice(0, text.indexOf('T'));
    if (dates.size >= MOST_DATES) dates.clear();
    dates.set(number, date);
  }
  return date;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

function timeOf(ms: number): string {
  if (ms === 0) return '00:00:00.000';
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const fraction = String(ms - seconds * 1_000).padStart(3, '0');
  return `${TWO_DIGITS[Math.floor(minutes / 60)]!}:${TWO_DIGITS[minutes % 60]!}:${TWO_DIGITS[seconds % 60]!}.${fraction}`;
}

const LENGTH = 24;
const Z = 'Z'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);

export function epochOf(instant: Instant): number {
  // Years of more than four digits are written with a sign.
  if (instant.length !== LENGTH || instant.charCodeAt(LENGTH - 1) !== Z) return Date.parse(instant);
  const minutes = twoDigitsAt(instant, 11) * 60 + twoDigitsAt(instant, 14);
  const fraction = twoDigitsAt(instant, 20) * 10 + instant.charCodeAt(22) - ZERO;
  return midnightOf(instant.slice(0, 10)) + (minutes * 60 + twoDigitsAt(instant, 17)) * 1_000 + fraction;
}

/** The first moments of days by their text: moments are read many times for each command too, most of them on a few days. */
const midnights = new Map<string, number>();

function midnightOf(date: string): number {
  let midnight = midnights.get(date);
  if (midnight === undefined) {
    midnight = Date.parse(date);
    if (midnights.size >= MOST_DATES) midnights.clear();
    midnights.set(date, midnight);
  }
  return midnight;
}

function twoDigitsAt(text: string, index: number): number {
  return text.charCodeAt(index) * 10 + text.charCodeAt(index + 1) - ZERO * 11;
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
