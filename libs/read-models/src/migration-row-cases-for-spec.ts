import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { type Projection, gatheringOf } from '#event-sourcing';
import { type Instant, plusDays } from '#kernel';
import { PROGRAMS, RISKS, STAGES, type MigrationSummary, summaryOf, toDosOf } from '#migration';
import {
  MIGRATION_SORTS,
  type ListMigrations,
  type MigrationFilter,
  type MigrationSort,
  type ReadModelTables,
  type ReadModelTransaction,
  createMigrationQueries,
  createMigrationsProjection,
  createOverviewQuery,
  createReadModelIndexes,
  createReadModelTables,
  createToDoQueries,
  cursorFromText,
} from './index.ts';
import { type HistoryForSpec, START, historyForSpec } from './migrations-for-spec.ts';

export interface DatabaseForSpec {
  readonly db: Kysely<ReadModelTables>;
  close(): Promise<void>;
}

export interface ReadModelHarness {
  /** A database without any tables. */
  readonly open: () => Promise<DatabaseForSpec>;
  /** Histories that each rule is tried with. */
  readonly runs: number;
}

export const lives = fc.array(fc.record({ steps: fc.integer({ min: 1, max: 10 }), variant: fc.integer({ min: 0, max: 1_000 }) }), {
  minLength: 1,
  maxLength: 40,
});

/** One event after the other, and all of them written at once. */
async function gathered(
  tx: ReadModelTransaction,
  projection: Projection<ReadModelTransaction>,
  events: HistoryForSpec['events'],
): Promise<void> {
  const gathering = gatheringOf(projection);
  for (const event of events) gathering.add([event], [event]);
  await gathering.write(tx);
}

/** Rows made of a history in batches of the given sizes, by projections that remember so many migrations. */
export async function rowsOf({ db, close }: DatabaseForSpec, { events }: HistoryForSpec, batches: readonly number[], cached = 20_000) {
  await createReadModelTables(db);
  if (batches.length % 2 === 0) await createReadModelIndexes(db);
  let projection = createMigrationsProjection(cached);
  for (let from = 0, round = 0; from < events.length; round++) {
    const size = batches[round % batches.length]!;
    const batch = events.slice(from, from + size);
    // As after a restart.
    if (round % 5 === 4) projection = createMigrationsProjection(cached);
    const write = () =>
      db.transaction().execute(async (tx) => {
        if (round % 4 === 2) await gathered(tx, projection, batch);
        else await projection.handle(tx, batch, batch);
      });
    if (round % 3 === 1) {
      const lost = db.transaction().execute(async (tx) => {
        await projection.handle(tx, batch, batch);
        throw new Error('the commit failed');
      });
      await expect(lost).rejects.toThrow('the commit failed');
      projection.forget?.();
    }
    await write();
    from += size;
  }
  await createReadModelIndexes(db);
  const bounds = { few: 3, walks: [2, 4], many: 6 };
  return {
    migrations: createMigrationQueries(db),
    bounded: createMigrationQueries(db, bounds),
    toDos: createToDoQueries(db),
    overview: createOverviewQuery(db),
    close,
  };
}

export type Rows = Awaited<ReturnType<typeof rowsOf>>;

export async function everything(
  rows: Rows,
  options: Omit<ListMigrations, 'limit'>,
  limit: number,
  now: Instant,
): Promise<readonly MigrationSummary[]> {
  const all: MigrationSummary[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const parsed = cursor === undefined ? undefined : cursorFromText(cursor);
    const page = await (limit % 2 === 0 ? rows.migrations : rows.bounded).list(
      { ...options, limit, ...(parsed && { cursor: parsed }) },
      now,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

function hits(summary: MigrationSummary, programs: ReadonlySet<string>, filter: MigrationFilter): boolean {
  const text = `${summary.customerName} ${summary.customerDomain} ${summary.customerTenantId}`.toLowerCase();
  return (
    (!filter.stage || filter.stage.includes(summary.stage)) &&
    (!filter.risk || filter.risk.includes(summary.risk)) &&
    (filter.wave === undefined || filter.wave === summary.wave) &&
    (filter.program === undefined || programs.has(filter.program)) &&
    (filter.endsBefore === undefined || (summary.firstOriginalEnd !== null && summary.firstOriginalEnd < filter.endsBefore)) &&
    (!filter.q || text.includes(filter.q.toLowerCase()))
  );
}

export const filterOf = fc.record(
  {
    stage: fc.subarray([...STAGES], { minLength: 1, maxLength: 3 }),
    risk: fc.subarray([...RISKS], { minLength: 1, maxLength: 2 }),
    wave: fc.constantFrom('wave 1', 'wave 2', 'none'),
    program: fc.constantFrom(...PROGRAMS),
    q: fc.constantFrom('CONTOSO', 'ärzte', 'er-1', '7', '%', '_a', 'c_nt', '!', 'example', 'ontoso 1', 'ne 3 customer-3.', 'nobody'),
    endsBefore: fc.constantFrom('2026-12-20', '2027-01-15', '2027-03-01') as fc.Arbitrary<NonNullable<MigrationFilter['endsBefore']>>,
  },
  { requiredKeys: [] },
);
export const sortOf = fc.constantFrom(...(Object.keys(MIGRATION_SORTS) as MigrationSort[]));

/** What rows, lists and sums of migrations have to be, on any database. */
export function describeMigrationRows(name: string, { open, runs }: ReadModelHarness): void {
  async function withRows(
    history: HistoryForSpec,
    batches: readonly number[],
    check: (rows: Rows) => Promise<void>,
    cached?: number,
  ): Promise<void> {
    const rows = await rowsOf(await open(), history, batches, cached);
    try {
      await check(rows);
    } finally {
      await rows.close();
    }
  }

  describe(name, () => {
    const batchSizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });

    test('hold each state and its work as the rules have them, however batches, restarts, failed commits and forgetting fall', async () => {
      await fc.assert(
        fc.asyncProperty(lives, batchSizes, fc.integer({ min: 1, max: 50 }), async (some, sizes, cached) => {
          const history = historyForSpec(some);
          const check = async (rows: Rows) => {
            for (const [id, { state, updatedAt, version }] of history.states) {
              expect(await rows.migrations.byId(id)).toEqual({ state, recorded: { updatedAt, version } });
              const expected = toDosOf(state).map(({ id: toDo, kind, dueAt, originalSubscriptionId }) => ({
                id: toDo,
                kind,
                dueAt,
                originalSubscriptionId,
              }));
              const found = (await rows.toDos.ofMigration(id)).map(({ id: toDo, kind, dueAt, originalSubscriptionId }) => ({
                id: toDo,
                kind,
                dueAt,
                originalSubscriptionId,
              }));
              expect(new Set(found)).toEqual(new Set(expected));
            }
          };
          await withRows(history, sizes, check, cached);
        }),
        { numRuns: runs },
      );
    });

    test('are listed as their summaries say: every filter, sort and page size', async () => {
      await fc.assert(
        fc.asyncProperty(
          lives,
          fc.array(fc.tuple(filterOf, sortOf, fc.boolean(), fc.integer({ min: 1, max: 7 })), { minLength: 5, maxLength: 5 }),
          async (some, questions) => {
            const history = historyForSpec(some);
            await withRows(history, [50], async (rows) => {
              const now = plusDays(START, 20);
              const all = [...history.states.values()].map(({ state, updatedAt, version }) => ({
                summary: summaryOf(state, { updatedAt, version }, now),
                programs: new Set<string>(state.lines.map((line) => line.program)),
              }));
              for (const [filter, sort, descending, limit] of questions) {
                const expected = all.filter(({ summary, programs }) => hits(summary, programs, filter)).map(({ summary }) => summary);
                const found = await everything(rows, { filter, sort, descending }, limit, now);
                expect(new Map(found.map((summary) => [summary.id, summary]))).toEqual(
                  new Map(expected.map((summary) => [summary.id, summary])),
                );
                expect(found).toHaveLength(expected.length);
                expect(await rows.bounded.count(filter, now)).toBe(expected.length);
                expect(new Set(await rows.migrations.ids(filter, now, 1_000))).toEqual(new Set(expected.map(({ id }) => id)));
                expect(keysOf(found, sort)).toEqual(
                  keysOf(found, sort).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1)),
                );
              }
            });
          },
        ),
        { numRuns: runs },
      );
    });

    test('add up in the overview', async () => {
      await fc.assert(
        fc.asyncProperty(lives, batchSizes, async (some, sizes) => {
          const history = historyForSpec(some);
          await withRows(history, sizes, async (rows) => {
            const now = plusDays(START, 30);
            const summaries = [...history.states.values()].map(({ state, updatedAt, version }) =>
              summaryOf(state, { updatedAt, version }, now),
            );
            const overview = await rows.overview(now);
            for (const stage of STAGES) {
              const of = summaries.filter((summary) => summary.stage === stage);
              expect(overview.stages[stage]).toEqual({ migrations: of.length, seats: of.reduce((sum, { seats }) => sum + seats, 0) });
            }
            for (const risk of RISKS) expect(overview.risk[risk]).toBe(summaries.filter((summary) => summary.risk === risk).length);
            expect(overview.conservation).toMatchObject({ registered: summaries.length, difference: 0 });
          });
        }),
        { numRuns: runs },
      );
    });
  });
}

function keysOf(
  found: readonly MigrationSummary[],
  sort: MigrationSort,
): readonly string[] & { sort(compare: (a: string, b: string) => number): readonly string[] } {
  const of = (summary: MigrationSummary): string => {
    if (sort === 'registeredAt') return '';
    return summary[sort] ?? '9999';
  };
  return found.map(of);
}
