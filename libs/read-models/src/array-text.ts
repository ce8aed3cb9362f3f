/** What a column's value may be, by the types that columns have. */
export type ArrayElement = string | number | bigint | null | undefined;

/** An array as PostgreSQL reads it from a text. The driver's own way of writing one takes several times as long. */
export function arrayText(values: readonly ArrayElement[]): string {
  return `{${values.map(elementText).join(',')}}`;
}

function elementText(value: ArrayElement): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** In JSON, a sign that is written otherwise than by itself behind a backslash. */
const WRITTEN_OTHERWISE = /\\[^"\\]/;

/** Quotes and backslashes get a backslash, as in JSON, whose writing is built in; other signs stand for themselves here. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  return WRITTEN_OTHERWISE.test(json) ? `"${text.replace(/["\\]/g, '\\$&')}"` : json;
}
