import type { Kysely } from 'kysely';
import { type Day, type Instant, daysBetween, startOfDay } from '#kernel';
import { CLOSED_STAGES, RISKS, type Risk, STAGES, type Stage } from '#migration';
import type { ReadModelTables } from '../tables.ts';

/** Contract, shapes: `overview`. */
export interface Overview {
  readonly asOf: Instant;
  readonly stages: Readonly<Record<Stage, { readonly migrations: number; readonly seats: number }>>;
  readonly risk: Readonly<Record<Risk, number>>;
  readonly invitations: {
    readonly open: number;
    readonly oldestDays: number | null;
    /** How many open invitations are how old, in whole days; the last one is open-ended. */
    readonly ages: readonly { readonly fromDays: number; readonly toDays: number | null; readonly count: number }[];
  };
  readonly conservation: {
    readonly registered: number;
    readonly open: number;
    readonly completed: number;
    readonly closed: number;
    readonly difference: number;
  };
  readonly gaps: { readonly foreseen: number; readonly real: number };
  readonly overlapDays: { readonly median: number | null; readonly p95: number | null };
}

const AGE_STEPS = [0, 3, 7, 14, 21, 30] as const;

interface Count {
  readonly key: string;
  readonly migrations: number;
  readonly seats: number;
}

/** The smallest value that at least this share of all is not above. */
function quantile(counts: readonly { readonly value: number; readonly count: number }[], share: number): number | null {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { value, count } of counts) {
    seen += count;
    if (seen >= total * share && total > 0) return value;
  }
  return null;
}

export function createOverviewQuery(db: Kysely<ReadModelTables>) {
  async function riskCounts(now: Instant): Promise<Record<Risk, number>> {
    const open = () =>
      db
        .selectFrom('migrations')
        .select((row) => row.fn.countAll().as('n'))
        .where('is_open', '=', 1);
    const count = async (query: { executeTakeFirstOrThrow(): Promise<{ n: string | number | bigint }> }): Promise<number> =>
      Number((await query.executeTakeFirstOrThrow()).n);
    const gap = await count(open().where('gap', '=', 1));
    const act = await count(open().where('gap', '=', 0).where('watch_from', '<=', now).where('act_from', '<=', now));
    const watch = await count(open().where('gap', '=', 0).where('watch_from', '<=', now).where('act_from', '>', now));
    return { gap, act, watch, none: 0 };
  }

  return async function overview(now: Instant): Promise<Overview> {
    const rows = await db.selectFrom('tallies').selectAll().where('migrations', '>', 0).execute();
    const of = (kind: string): readonly Count[] => rows.filter((row) => row.kind === kind);
    const stageCounts = new Map(of('stage').map((row) => [row.key, row]));
    const stages = Object.fromEntries(
      STAGES.map((stage) => [stage, { migrations: stageCounts.get(stage)?.migrations ?? 0, seats: stageCounts.get(stage)?.seats ?? 0 }]),
    ) as Overview['stages'];
    const total = of('registered')[0]?.migrations ?? 0;
    const closed = CLOSED_STAGES.reduce((sum, stage) => sum + stages[stage].migrations, 0);
    const completed = stages.completed.migrations;
    const open = STAGES.filter((stage) => stage !== 'completed' && !CLOSED_STAGES.includes(stage)).reduce(
      (sum, stage) => sum + stages[stage].migrations,
      0,
    );

    const atRisk = await riskCounts(now);
    const risk = Object.fromEntries(
      RISKS.map((name) => [name, name === 'none' ? total - atRisk.gap - atRisk.act - atRisk.watch : atRisk[name]]),
    ) as Record<Risk, number>;

    const invitations = of('invitation').map(({ key, migrations }) => ({
      age: Math.max(0, Math.floor(daysBetween(startOfDay(key as Day), now))),
      count: migrations,
    }));
    const oldest = await db
      .selectFrom('migrations')
      .select((row) => row.fn.min('invited_at').as('at'))
      .where('invited_at', 'is not', null)
      .executeTakeFirst();
    const oldestAt = oldest?.at as Instant | null | undefined;
    const gaps = new Map(of('gap').map((row) => [row.key, row.migrations]));
    const overlaps = of('overlap')
      .map(({ key, migrations }) => ({ value: Number(key), count: migrations }))
      .sort((a, b) => a.value - b.value);

    return {
      asOf: now,
      stages,
      risk,
      invitations: {
        open: invitations.reduce((sum, { count }) => sum + count, 0),
        oldestDays: oldestAt ? Math.max(0, Math.floor(daysBetween(oldestAt, now))) : null,
        ages: AGE_STEPS.map((fromDays, index) => {
          const next = AGE_STEPS[index + 1];
          const count = invitations
            .filter(({ age }) => age >= fromDays && (next === undefined || age < next))
            .reduce((sum, invitation) => sum + invitation.count, 0);
          return { fromDays, toDays: next === undefined ? null : next - 1, count };
        }),
      },
      conservation: { registered: total, open, completed, closed, difference: total - open - completed - closed },
      gaps: { foreseen: gaps.get('foreseen') ?? 0, real: gaps.get('real') ?? 0 },
      overlapDays: { median: quantile(overlaps, 0.5), p95: quantile(overlaps, 0.95) },
    };
  };
}

export type OverviewQuery = ReturnType<typeof createOverviewQuery>;
