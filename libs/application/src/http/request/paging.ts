import { type Cursor, cursorFromText } from '#read-models';
import { WholeNumberText, Line } from '../fields/fields.ts';
import { type Problem, invalidRequest } from '../problems/problem.ts';

export const DEFAULT_LIMIT = 50;
const MOST_ITEMS = 500;
const LONGEST_CURSOR = 2_000;

/** Contract §3: lists take `limit` and `cursor`. */
export class PageQuery {
  @WholeNumberText(1, MOST_ITEMS, { optional: true, description: `Absent: ${DEFAULT_LIMIT}.` })
  limit?: number;

  @Line(LONGEST_CURSOR, { optional: true, description: 'The `nextCursor` of the page before.' })
  cursor?: string;
}

export function cursorInvalid(): Problem {
  return invalidRequest([{ pointer: '/cursor', code: 'cursor-invalid', hint: 'is not a nextCursor of this list: begin without one' }]);
}

/** @throws Problem when the text is no cursor */
export function cursorOf(text: string | undefined): { readonly cursor?: Cursor } {
  if (text === undefined) return {};
  const cursor = cursorFromText(text);
  if (!cursor) throw cursorInvalid();
  return { cursor };
}
