/**
 * A cell that a spreadsheet would run as a formula, made plain text by an apostrophe before it. Stored text stays as it came:
 * this is for CSV that goes out (contract, "Import columns"). The full-width forms count as well, since Excel runs them.
 */
export function defuseCell(text: string): string {
  return /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u.test(text) ? `'${text}` : text;
}
