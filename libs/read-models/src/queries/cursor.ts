/** Where a page ended: the sort value and the id of its last row. Opaque to the reader. */
export interface Cursor {
  readonly after: string;
  readonly id: string;
}

export function cursorToText(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.after, cursor.id])).toString('base64url');
}

/** `undefined` when the text is no cursor of ours. */
export function cursorFromText(text: string): Cursor | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
    const [after, id] = parsed as unknown[];
    return typeof after === 'string' && typeof id === 'string' ? { after, id } : undefined;
  } catch {
    return undefined;
  }
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Cuts the row that was read beyond the limit: its presence says that there is another page. */
export function pageOf<Row, T>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => Cursor, itemOf: (row: Row) => T): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(itemOf), nextCursor: rows.length > limit && last ? cursorToText(cursorOf(last)) : null };
}

/** The row's number in a cursor whose list ends its order with one. A text that is none stands before every row. */
export function numberIn({ id }: Cursor): number {
  const number = Number(id);
  return Number.isSafeInteger(number) ? number : -1;
}
