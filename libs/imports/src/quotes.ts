import type { Delimiter } from './delimiter.ts';

/** Whether a row's text keeps to RFC 4180: a cell is quoted as a whole, with its own quotes doubled, or has none at all. */
export function quotesAreInPlace(row: string, delimiter: Delimiter): boolean {
  const cell = `(?:"[^"]*(?:""[^"]*)*"|[^"${delimiter}]*)`;
  return new RegExp(`^${cell}(?:${delimiter}${cell})*$`).test(row.replace(/\r?\n?$/, ''));
}

/** How many line ends lie before the quote that is still open at the end of `row`; `undefined` when none is open. */
export function linesBeforeOpenQuote(row: string, delimiter: Delimiter): number | undefined {
  let opened: number | undefined;
  for (let at = row.indexOf('"'); at !== -1; at = row.indexOf('"', at + 1)) {
    if (opened === undefined) {
      const before = row[at - 1];
      if (at === 0 || before === delimiter || before === '\n' || before === '\r') opened = at;
    } else if (row[at + 1] === '"') {
      at++;
    } else {
      opened = undefined;
    }
  }
  return opened === undefined ? undefined : row.slice(0, opened).split('\n').length - 1;
}
