import { domainToASCII } from 'node:url';
import { isEmail, isFQDN, isISO31661Alpha2 } from 'class-validator';
import { type Day, type Instant, parseDay, parseGuid, parseInstant } from '#kernel';
import type { FieldRule, Reading } from './field.ts';

/** The codes are those of an import's cells (contract, "Import columns"), wherever both judge the same thing. */
const NOT_TEXT: Reading<never> = { code: 'not-a-text', hint: 'is not a text in quotes' };

function ofText<T>(read: (text: string) => Reading<T>): FieldRule<T> {
  return (value) => (typeof value === 'string' ? read(value) : NOT_TEXT);
}

export const guid: FieldRule<string> = ofText((text) => {
  const value = parseGuid(text);
  if (value) return { value };
  return {
    code: 'not-a-guid',
    hint: `is not a GUID like 3b555118-da6a-4418-894f-7df1e2096870${/[{}()]/.test(text) ? ': remove the braces' : ''}`,
  };
});

/** Any text in one line; line breaks within become one space. */
export function line(longest: number): FieldRule<string> {
  return ofText((text) => {
    const value = text.replace(/\s*[\r\n\t]+\s*/g, ' ').trim();
    if (value === '') return { code: 'empty', hint: 'is empty' };
    if (/\p{Cc}/u.test(value)) return { code: 'control-character', hint: 'holds a control character that cannot be seen: type it anew' };
    if (!value.isWellFormed()) return { code: 'text-broken', hint: 'holds half a character: send it in UTF-8' };
    const characters = Array.from(value).length;
    return characters <= longest
      ? { value }
      : { code: 'text-too-long', hint: `has ${characters} characters: shorten it to at most ${longest}` };
  });
}

/** A domain name in any script, as the ASCII that DNS and Microsoft use. */
export const domain: FieldRule<string> = ofText((text) => {
  const ascii = /^[\p{L}\p{M}\p{N}.-]{1,253}$/u.test(text) ? domainToASCII(text) : '';
  return ascii !== '' && isFQDN(ascii)
    ? { value: ascii }
    : { code: 'not-a-domain', hint: 'is not a domain name like contoso.com: give the name alone' };
});

export const country: FieldRule<string> = ofText((text) =>
  isISO31661Alpha2(text)
    ? { value: text.toUpperCase() }
    : { code: 'unknown-country', hint: 'is not a country code of two letters (ISO 3166-1) like DE or US' },
);

export const email: FieldRule<string> = ofText((text) =>
  isEmail(text)
    ? { value: text }
    : { code: 'not-an-email', hint: 'is not one mail address like it@contoso.com: leave it out when there is none' },
);

/** `product:sku` or `product:sku:availability` (facts §4.2), in capitals as the catalog writes them. */
export const catalogItem: FieldRule<string> = ofText((text) =>
  /^[0-9A-Za-z]{4,20}(:[0-9A-Za-z]{1,20}){1,2}$/.test(text)
    ? { value: text.toUpperCase() }
    : { code: 'not-a-catalog-item', hint: 'is not product:sku or product:sku:availability like CFQ7TTC0LH18:0001' },
);

export const day: FieldRule<Day> = ofText((text) => {
  const value = parseDay(text);
  if (value) return { value };
  const hint = /^\d{4}-\d{2}-\d{2}$/.test(text) ? 'is a date that does not exist' : 'is not a date like 2026-12-31';
  return { code: 'no-such-date', hint };
});

export const instant: FieldRule<Instant> = ofText((text) => {
  const value = parseInstant(text);
  return value ? { value } : { code: 'no-such-time', hint: 'is not a time that exists, like 2026-12-31T08:00:00Z, with its offset' };
});

export function oneOf<T extends string>(values: readonly T[], code: string): FieldRule<T> {
  return ofText((text) => {
    const value = values.find((known) => known === text);
    return value === undefined ? { code, hint: `is not one of ${values.join(', ')}` } : { value };
  });
}

export function wholeNumber(least: number, most: number, code: string): FieldRule<number> {
  return (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      return { code: 'not-a-whole-number', hint: 'is not a whole number without quotes' };
    return value >= least && value <= most ? { value } : { code, hint: `is not between ${least} and ${most}` };
  };
}

/** A whole number as an address writes it. */
export function wholeNumberText(least: number, most: number, code: string): FieldRule<number> {
  const inRange = wholeNumber(least, most, code);
  return (value) => inRange(typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value);
}

export const yesOrNo: FieldRule<boolean> = (value) =>
  typeof value === 'boolean' ? { value } : { code: 'not-true-or-false', hint: 'is not true or false without quotes' };

export const yesOrNoText: FieldRule<boolean> = (value) =>
  value === 'true' || value === 'false' || typeof value === 'boolean'
    ? { value: value === 'true' || value === true }
    : { code: 'not-true-or-false', hint: 'is not true or false' };

/** One or several of a list: as an array, or in an address repeated or separated by commas. */
export function someOf<T extends string>(values: readonly T[], code: string): FieldRule<readonly T[]> {
  const one = oneOf(values, code);
  return (value) => {
    const texts: readonly unknown[] =
      typeof value === 'string'
        ? value.split(',')
        : Array.isArray(value)
          ? value.flatMap((text: unknown) => (typeof text === 'string' ? text.split(',') : [text]))
          : [value];
    if (texts.length === 0) return { code: 'empty', hint: 'is empty' };
    const readings = texts.slice(0, 100).map(one);
    const fault = readings.find((reading) => 'code' in reading);
    return fault ?? { value: readings.flatMap((reading) => ('value' in reading ? [reading.value] : [])) };
  };
}
