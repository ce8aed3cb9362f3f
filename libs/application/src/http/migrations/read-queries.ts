import type { Instant } from '#kernel';
import { InstantField } from '../fields/fields.ts';
import { PageQuery, cursorInvalid } from '../request/paging.ts';

export class MigrationQuery {
  @InstantField({ optional: true, description: 'As it stood then. Absent: now.' })
  asOf?: Instant;
}

export class HistoryQuery extends PageQuery {}

/** History is paged by revision. */
export function revisionAfter(cursor: string | undefined): number {
  if (cursor === undefined) return -1;
  if (!/^\d{1,9}$/.test(cursor)) throw cursorInvalid();
  return Number(cursor);
}
