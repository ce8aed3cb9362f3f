import { ApiSchema } from '@nestjs/swagger';
import type { Day } from '#kernel';
import { PROGRAMS, type Program, RISKS, type Risk, STAGES, type Stage } from '#migration';
import { type ListMigrations, MIGRATION_SORTS, type MigrationFilter, type MigrationSort } from '#read-models';
import { DayField, Line, OneOf, SomeOf } from '../fields/fields.ts';
import { DEFAULT_LIMIT, PageQuery, cursorInvalid, cursorOf } from '../request/paging.ts';

const NAMES = Object.keys(MIGRATION_SORTS) as MigrationSort[];
const SORTS = NAMES.flatMap((name) => [name, `-${name}`]);

/** Which migrations: in addresses, and in the body of a bulk command. */
@ApiSchema({ name: 'MigrationFilter' })
export class FilterFields {
  @SomeOf(STAGES, 'unknown-stage', { optional: true })
  stage?: readonly Stage[];

  @SomeOf(RISKS, 'unknown-risk', { optional: true })
  risk?: readonly Risk[];

  @Line(256, { optional: true })
  wave?: string;

  @OneOf(PROGRAMS, 'unknown-program', { optional: true })
  program?: Program;

  @Line(256, { optional: true, description: "Part of the customer's name, domain or tenant id." })
  q?: string;

  @DayField({ optional: true, description: 'A first last day of an original before it.' })
  endsBefore?: Day;
}

export class ListMigrationsQuery extends PageQuery {
  @SomeOf(STAGES, 'unknown-stage', { optional: true })
  stage?: readonly Stage[];

  @SomeOf(RISKS, 'unknown-risk', { optional: true })
  risk?: readonly Risk[];

  @Line(256, { optional: true })
  wave?: string;

  @OneOf(PROGRAMS, 'unknown-program', { optional: true })
  program?: Program;

  @Line(256, { optional: true, description: "Part of the customer's name, domain or tenant id." })
  q?: string;

  @DayField({ optional: true, description: 'Only those with a first last day of an original before it.' })
  endsBefore?: Day;

  @OneOf(SORTS, 'unknown-sort', { optional: true, description: 'With `-`: descending. Absent: registeredAt.' })
  sort?: string;
}

export function filterOf({ stage, risk, wave, program, q, endsBefore }: Partial<Pick<FilterFields, keyof FilterFields>>): MigrationFilter {
  return {
    ...(stage && { stage }),
    ...(risk && { risk }),
    ...(wave !== undefined && { wave }),
    ...(program !== undefined && { program }),
    ...(q !== undefined && { q }),
    ...(endsBefore !== undefined && { endsBefore }),
  };
}

export function listOptionsOf(query: ListMigrationsQuery): ListMigrations {
  const { limit = DEFAULT_LIMIT, sort = 'registeredAt', cursor } = query;
  return {
    filter: filterOf(query),
    sort: sort.replace(/^-/, '') as MigrationSort,
    descending: sort.startsWith('-'),
    limit,
    ...cursorOf(withoutSort(cursor, sort)),
  };
}

/** A cursor belongs to the order in which its page was made. */
export function cursorWithSort(cursor: string | null, { sort = 'registeredAt' }: ListMigrationsQuery): string | null {
  return cursor === null ? null : `${sort}.${cursor}`;
}

function withoutSort(cursor: string | undefined, sort: string): string | undefined {
  if (cursor === undefined) return undefined;
  if (!cursor.startsWith(`${sort}.`)) throw cursorInvalid();
  return cursor.slice(sort.length + 1);
}
