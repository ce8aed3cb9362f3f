import { domainToASCII } from 'node:url';
import validator from 'validator';
import { parseGuid } from '#kernel';
import { IMPORT_PROGRAMS, type ImportProgram } from './programs.ts';

/** What a cell says, or why it says nothing usable: a stable code and a hint for a person. */
export type CellReading<T> = { readonly value: T } | { readonly code: string; readonly hint: string };

export type CellRule<T> = (cell: string) => CellReading<T>;

const LONGEST_TEXT = 256;
const MOST_SEATS = 1_000_000;
const MOST_CHARACTERS_TOLD = 40;

/** A cell as a hint may quote it: short, and on one line. */
export function told(cell: string): string {
  const line = cell.replace(/\p{Cc}+/gu, ' ');
  return `"${line.length > MOST_CHARACTERS_TOLD ? `${line.slice(0, MOST_CHARACTERS_TOLD)}…` : line}"`;
}

function blanksAround(cell: string): string {
  return cell === cell.trim() ? '' : ' Remove the blanks around it.';
}

/** Any text, also one that looks like a formula: that is defused where a CSV goes out. Line breaks within become one space. */
export const text: CellRule<string> = (cell) => {
  const line = cell.replace(/\s*[\r\n\t]+\s*/g, ' ');
  if (/\p{Cc}/u.test(line))
    return { code: 'control-character', hint: 'The text holds a control character that cannot be seen: type it anew.' };
  const characters = Array.from(line).length;
  if (characters > LONGEST_TEXT)
    return { code: 'text-too-long', hint: `The text has ${characters} characters: shorten it to at most ${LONGEST_TEXT}.` };
  return { value: line };
};

export const guid: CellRule<string> = (cell) => {
  const value = parseGuid(cell);
  if (value) return { value };
  const braces = /^\s*\{.*\}\s*$/.test(cell) ? ' Remove the braces.' : '';
  return {
    code: 'not-a-guid',
    hint: `${told(cell)} is not a GUID like 3b555118-da6a-4418-894f-7df1e2096870.${braces}${blanksAround(cell)}`,
  };
};

/** A domain name in any script, as the ASCII that DNS and Microsoft use. */
export const domain: CellRule<string> = (cell) => {
  const ascii = /^[\p{L}\p{M}\p{N}.-]+$/u.test(cell) ? domainToASCII(cell) : '';
  if (ascii !== '' && validator.isFQDN(ascii)) return { value: ascii };
  const hint = cell.includes('@')
    ? 'Give only what follows the @.'
    : /[/:]/.test(cell)
      ? 'Give the name alone, without https:// and path.'
      : '';
  return { code: 'not-a-domain', hint: `${told(cell)} is not a domain name like contoso.com.${hint && ` ${hint}`}${blanksAround(cell)}` };
};

export const country: CellRule<string> = (cell) => {
  if (validator.isISO31661Alpha2(cell)) return { value: cell.toUpperCase() };
  const hint = cell.toUpperCase() === 'UK' ? ' The United Kingdom is GB.' : blanksAround(cell);
  return { code: 'unknown-country', hint: `${told(cell)} is not a country code of two letters (ISO 3166-1) like DE or US.${hint}` };
};

export const email: CellRule<string> = (cell) =>
  validator.isEmail(cell)
    ? { value: cell }
    : {
        code: 'not-an-email',
        hint: `${told(cell)} is not a mail address like it@contoso.com.${/[;,]|\s\S/.test(cell.trim()) ? ' Give one address only.' : ''}${blanksAround(cell)} Leave it empty when there is none.`,
      };

export const program: CellRule<ImportProgram> = (cell) => {
  const value = IMPORT_PROGRAMS.find((known) => known === cell);
  if (value) return { value };
  const meant = IMPORT_PROGRAMS.find(
    (known) =>
      known ===
      cell
        .trim()
        .toLowerCase()
        .replace(/[\s_]+/g, '-'),
  );
  const hint = meant ? `Write it as ${meant}.` : `Write one of: ${IMPORT_PROGRAMS.join(', ')}.`;
  return { code: 'unknown-program', hint: `${told(cell)} is not a program. ${hint}` };
};

/** Whole numbers in the digits 0 to 9 and nothing else: what a separator means depends on the country of whoever wrote it. */
export const seats: CellRule<number> = (cell) => {
  if (!/^[0-9]+$/.test(cell)) {
    return {
      code: 'not-a-whole-number',
      hint: `${told(cell)} is not a whole number in plain digits: write 25, not 25.0, 25,0, 1e3 or 1,000.${blanksAround(cell)}`,
    };
  }
  const value = Number(cell);
  if (value >= 1 && value <= MOST_SEATS) return { value };
  return { code: 'seats-out-of-range', hint: `${told(cell)} is not between 1 and ${MOST_SEATS}.` };
};

const YES_OR_NO: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

export const yesOrNo: CellRule<boolean> = (cell) => {
  const value = YES_OR_NO.get(cell.toLowerCase());
  return value === undefined
    ? { code: 'not-yes-or-no', hint: `${told(cell)} is not one of true, false, yes, no, 1, 0.${blanksAround(cell)}` }
    : { value };
};

/** `product:sku` or `product:sku:availability` (facts §4.2), in capitals as the catalog writes them. */
export const catalogItem: CellRule<string> = (cell) =>
  /^[0-9A-Za-z]{4,20}(:[0-9A-Za-z]{1,20}){1,2}$/.test(cell)
    ? { value: cell.toUpperCase() }
    : {
        code: 'not-a-catalog-item',
        hint: `${told(cell)} is not product:sku or product:sku:availability like CFQ7TTC0LH18:0001.${blanksAround(cell)}`,
      };
