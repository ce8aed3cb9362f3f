import { type Expression, type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Day, Instant } from '#kernel';
import type { Risk, Stage } from '#migration';
import { programBits } from '../migration-row.ts';
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

type Row = ExpressionBuilder<ReadModelTables, 'migrations'>;
export type Condition = (row: Row) => Expression<SqlBool>;

/** A filter's condition in two forms: one that an index may answer, and one that no index can. */
export interface FilterCondition {
  readonly name: keyof MigrationFilter;
  readonly indexed?: Condition;
  readonly unindexed: Condition;
}

/** How a text column is written in a condition that no index shall answer. */
export type Unindexed = (column: keyof MigrationsTable) => RawBuilder<string>;

/** A text column as an expression, which no index is made for. */
export function plain(column: keyof MigrationsTable): RawBuilder<string> {
  return sql<string>`${sql.ref(`migrations.${column}`)} || ''`;
}

/** A column as it is: for a planner that knows how many rows a condition leaves, and that an expression would keep from knowing it. */
export function asItIs(column: keyof MigrationsTable): RawBuilder<string> {
  return sql.ref<string>(`migrations.${column}`);
}

function risksOf(risks: readonly Risk[], now: Instant, unindexedColumn: Unindexed): FilterCondition {
  const noGap = sql<number>`gap + 0`;
  const unindexed: Record<Risk, Condition> = {
    gap: (row) => row(noGap, '=', 1),
    act: (row) => row.and([row(noGap, '=', 0), row(unindexedColumn('act_from'), '<=', now)]),
    watch: (row) =>
      row.and([row(noGap, '=', 0), row(unindexedColumn('act_from'), '>', now), row(unindexedColumn('watch_from'), '<=', now)]),
    none: (row) => row.and([row(noGap, '=', 0), row(unindexedColumn('act_from'), '>', now), row(unindexedColumn('watch_from'), '>', now)]),
  };
  const any: Condition = (row) => row.or(risks.map((risk) => unindexed[risk](row)));
  const [only] = risks;
  const indexed = risks.length === 1 && only ? indexedRisk(only, now) : undefined;
  return { name: 'risk', ...(indexed && { indexed }), unindexed: any };
}

/** The index is one of open migrations: what is closed is at no risk. */
function indexedRisk(risk: Risk, now: Instant): Condition | undefined {
  switch (risk) {
    case 'gap':
      return (row) => row.and([row('is_open', '=', 1), row('gap', '=', 1)]);
    case 'act':
      return (row) => row.and([row('is_open', '=', 1), row('gap', '=', 0), row('act_from', '<=', now)]);
    case 'watch':
      return (row) => row.and([row('is_open', '=', 1), row('gap', '=', 0), row('act_from', '>', now), row('watch_from', '<=', now)]);
    case 'none':
      return undefined;
    default:
      return risk satisfies never;
  }
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
      unindexed: (row) => row(unindexedColumn('stage'), 'in', stage),
    });
  if (wave !== undefined)
    conditions.push({
      name: 'wave',
      indexed: (row) => row('wave', '=', wave),
      unindexed: (row) => row(unindexedColumn('wave'), '=', wave),
    });
  if (endsBefore !== undefined) {
    conditions.push({
      name: 'endsBefore',
      indexed: (row) => row('first_end', '<', endsBefore),
      unindexed: (row) => row(unindexedColumn('first_end'), '<', endsBefore),
    });
  }
  if (risk) conditions.push(risksOf(risk, now, unindexedColumn));
  if (program !== undefined) {
    conditions.push({
      name: 'program',
      unindexed: (row) => row(sql<number>`${row.ref('migrations.programs')} & ${programBits([program])}`, '<>', 0),
    });
  }
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

/** A pattern without an escape, for which alone a trigram index is used: it finds what has the text, and a little more. */
export function roughPattern(text: string): string {
  return `%${text.toLowerCase().replace(/[%_\\]/g, '_')}%`;
}
