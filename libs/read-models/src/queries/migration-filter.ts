import { type Expression, type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Day, Instant } from '#kernel';
import type { Risk, Stage } from '#migration';
import { programBits, programsWith } from '../migration-row.ts';
import type { MigrationsTable, ReadModelTables } from '../tables.ts';

export interface MigrationFilter {
  readonly stage?: readonly Stage[];
  readonly risk?: readonly Risk[];
  readonly wave?: string;
  readonly program?: string;
  /** Part of the customer's name, domain or tenant id, in any case. */
  readonly q?: string;
  /** Exclusive: a last day before it. */
  readonly endsBefore?: Day;
}

/** What a list may be sorted by. */
export type SortColumn = 'seq' | 'last_safe' | 'first_end' | 'updated_at' | 'customer_name';

type Row = ExpressionBuilder<ReadModelTables, 'migrations'>;
export type Condition = (row: Row) => Expression<SqlBool>;

/** A filter's condition in two forms: one that an index may answer, and one that no index can. */
export interface FilterCondition {
  readonly name: keyof MigrationFilter;
  /** The one column that it is about, if a list may be sorted by it too. */
  readonly column?: SortColumn;
  readonly indexed?: Condition;
  readonly unindexed: Condition;
}

/** How a column is written where no index shall answer. */
export type Unindexed = <Value extends string | number>(column: keyof MigrationsTable) => RawBuilder<Value>;

/** A column behind SQLite's unary plus, which changes no value and for which no index is made. */
export function plain<Value extends string | number>(column: keyof MigrationsTable): RawBuilder<Value> {
  return sql<Value>`+${sql.ref(`migrations.${column}`)}`;
}

/** A column as it is: for a planner that knows how many rows a condition leaves, and that an expression would keep from knowing it. */
export function asItIs<Value extends string | number>(column: keyof MigrationsTable): RawBuilder<Value> {
  return sql.ref<Value>(`migrations.${column}`);
}

/** Who is to act is among those to be watched (see `MigrationsTable.watch_from`). What is closed is at no risk. */
function risksOf(risks: readonly Risk[], now: Instant, unindexedColumn: Unindexed): FilterCondition {
  const column = {
    gap: unindexedColumn<number>('gap'),
    act: unindexedColumn<string>('act_from'),
    watch: unindexedColumn<string>('watch_from'),
  };
  const unindexed: Record<Risk, Condition> = {
    gap: (row) => row(column.gap, '=', 1),
    act: (row) => row.and([row(column.gap, '=', 0), row(column.act, '<=', now)]),
    watch: (row) => row.and([row(column.gap, '=', 0), row(column.watch, '<=', now), row(column.act, '>', now)]),
    none: (row) => row.and([row(column.gap, '=', 0), row(column.watch, '>', now)]),
  };
  const any: Condition = (row) => row.or(risks.map((risk) => unindexed[risk](row)));
  const [only] = risks;
  const indexed = risks.length === 1 && only ? indexedRisk(only, now) : undefined;
  return { name: 'risk', ...(indexed && { indexed }), unindexed: any };
}

/** The index is one of open migrations, which most of those without a risk are not. */
function indexedRisk(risk: Risk, now: Instant): Condition | undefined {
  switch (risk) {
    case 'gap':
      return (row) => row.and([row('is_open', '=', 1), row('gap', '=', 1)]);
    case 'act':
      return (row) => row.and([row('is_open', '=', 1), row('gap', '=', 0), row('watch_from', '<=', now), row('act_from', '<=', now)]);
    case 'watch':
      return (row) => row.and([row('is_open', '=', 1), row('gap', '=', 0), row('watch_from', '<=', now), row('act_from', '>', now)]);
    case 'none':
      return undefined;
    default:
      return risk satisfies never;
  }
}

function programOf(program: string): FilterCondition {
  const known = programsWith(program).map((bits) => sql.lit(bits));
  return {
    name: 'program',
    ...(known.length > 0 && { indexed: (row: Row) => row('programs', 'in', sql<number>`(${sql.join(known)})`) }),
    unindexed: (row) => row(sql<number>`${row.ref('migrations.programs')} & ${programBits([program])}`, '<>', 0),
  };
}

/** Everything that a filter asks for, `q` aside. */
export function conditionsOf(
  { stage, risk, wave, program, endsBefore }: MigrationFilter,
  now: Instant,
  unindexedColumn: Unindexed,
): readonly FilterCondition[] {
  const conditions: FilterCondition[] = [];
  if (stage)
    conditions.push({
      name: 'stage',
      indexed: (row) => row('stage', 'in', stage),
      unindexed: (row) => row(unindexedColumn<string>('stage'), 'in', stage),
    });
  if (wave !== undefined)
    conditions.push({
      name: 'wave',
      indexed: (row) => row('wave', '=', wave),
      unindexed: (row) => row(unindexedColumn<string>('wave'), '=', wave),
    });
  if (endsBefore !== undefined) {
    conditions.push({
      name: 'endsBefore',
      column: 'first_end',
      indexed: (row) => row('first_end', '<', endsBefore),
      unindexed: (row) => row(unindexedColumn<string>('first_end'), '<', endsBefore),
    });
  }
  if (program !== undefined) conditions.push(programOf(program));
  if (risk) conditions.push(risksOf(risk, now, unindexedColumn));
  return conditions;
}

/** Name, domain or tenant have the text in them, as it stands: nothing in it is a wildcard. */
export function containsText(text: string): Condition {
  const pattern = `%${text.toLowerCase().replace(/[%_!]/g, '!$&')}%`;
  return (row) =>
    row.exists(
      row
        .selectFrom('migration_states as texts')
        .select('texts.seq')
        .whereRef('texts.seq', '=', 'migrations.seq')
        .where(sql<SqlBool>`texts.search like ${pattern} escape '!'`),
    );
}

const LETTERS_A_PIECE = 3;

/**
 * A pattern without an escape, for which alone a trigram index is used: it finds what has the text, and a little more. It
 * is cut into pieces of three letters, so that a third of the text's trigrams is asked for: those that all rows have in
 * common, as the end of a domain, take the longest.
 */
export function roughPattern(text: string): string {
  const letters = Array.from(text.toLowerCase().replace(/[%_\\]/g, '_'));
  const pieces: string[] = [];
  for (let from = 0; from < letters.length; from += LETTERS_A_PIECE) pieces.push(letters.slice(from, from + LETTERS_A_PIECE).join(''));
  const rest = pieces.at(-1);
  if (rest && letters.length % LETTERS_A_PIECE > 0 && pieces.length > 1) pieces.splice(-2, 2, `${pieces.at(-2)!}${rest}`);
  return `%${pieces.join('%')}%`;
}
