/** What may lie between two cells (contract, "Import columns"). */
export const DELIMITERS = [',', ';', '\t'] as const;

export type Delimiter = (typeof DELIMITERS)[number];

/** The delimiter that the header uses most, outside quotes. Column names hold none of them, so the header decides safely. */
export function delimiterOf(headerLine: string): Delimiter {
  const outsideQuotes = headerLine.replace(/"(?:[^"]|"")*"/g, '');
  const uses = (delimiter: Delimiter): number => outsideQuotes.split(delimiter).length;
  return DELIMITERS.reduce<Delimiter>((best, delimiter) => (uses(delimiter) > uses(best) ? delimiter : best), ',');
}

export function delimiterName(delimiter: Delimiter): string {
  return { ',': 'comma', ';': 'semicolon', '\t': 'tab' }[delimiter];
}
