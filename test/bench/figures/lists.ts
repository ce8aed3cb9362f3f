import { dayOf, plusDays } from '#kernel';
import { type ListMigrations, MIGRATION_SORTS, type MigrationFilter, type MigrationSort, cursorFromText } from '#read-models';
import type { Figure, Measurement } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { type Product, openProduct } from '../product.ts';
import { quantile } from '../rounds.ts';
import { START, sampleMigration } from '../sample-migrations.ts';
import { seedLog } from '../seeded-log.ts';

/** The same draw in every run. */
function drawing(seed: number): <T>(from: readonly T[]) => T {
  let state = seed;
  return (from) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)]!;
  };
}

const LIMIT = 50;
const PAGES = [1, 1, 1, 2, 3] as const;

/** What people ask: mostly one filter or none, in any order, often a search, now and then all at once and further pages. */
export function questionsOf(migrations: number, count: number): readonly (Omit<ListMigrations, 'limit'> & { readonly pages: number })[] {
  const draw = drawing(7);
  const sorts = Object.keys(MIGRATION_SORTS) as MigrationSort[];
  const stage = (): MigrationFilter => ({
    stage: [draw(['requested', 'accepted', 'provisioning', 'provisioned', 'overlapping', 'completed', 'lapsed'] as const)],
  });
  const risk = (): MigrationFilter => ({ risk: [draw(['none', 'watch', 'act', 'gap'] as const)] });
  const wave = (): MigrationFilter => ({ wave: `2027-${draw(['01', '06', '12', '13'])}` });
  const program = (): MigrationFilter => ({ program: draw(['web-direct', 'ea', 'csp-legacy']) });
  const endsBefore = (): MigrationFilter => ({ endsBefore: dayOf(plusDays(START, draw([10, 40, 200]))) });
  const q = (): MigrationFilter => {
    const { index, customerTenantId } = sampleMigration(Math.floor(migrations * draw([0.1, 0.35, 0.6, 0.85, 0.99])));
    return {
      q: draw([
        `Traders ${index}`,
        `northwind-${index}.`,
        customerTenantId,
        customerTenantId.slice(0, 6),
        'Northwind',
        'nobody of this name',
      ]),
    };
  };
  const filters = [
    () => ({}),
    stage,
    risk,
    wave,
    program,
    endsBefore,
    q,
    q,
    () => ({ ...stage(), ...wave() }),
    () => ({ ...risk(), ...program() }),
    () => ({ ...stage(), ...q() }),
  ];
  return Array.from({ length: count }, () => ({
    filter: draw(filters)(),
    sort: draw(sorts),
    descending: draw([true, false]),
    pages: draw(PAGES),
  }));
}

interface Timed {
  readonly question: string;
  readonly ms: number;
  /** Of this thread alone: what does not depend on who else uses the machine. */
  readonly cpuMs: number;
}

async function timing<T>(question: string, ask: () => Promise<T>): Promise<{ readonly timed: Timed; readonly result: T }> {
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  const result = await ask();
  const ms = performance.now() - start;
  const { user, system } = process.threadCpuUsage(cpu);
  return { timed: { question, ms, cpuMs: (user + system) / 1_000 }, result };
}

export async function timesOf({ service, clock }: Product, questions: ReturnType<typeof questionsOf>): Promise<Timed[]> {
  const times: Timed[] = [];
  for (const { pages, ...question } of questions) {
    let cursor: string | null | undefined;
    for (let page = 0; page < pages && cursor !== null; page++) {
      const from = cursor === undefined ? undefined : cursorFromText(cursor);
      const { timed, result } = await timing(JSON.stringify(question), () =>
        service.queries.migrations.list({ ...question, limit: LIMIT, ...(from && { cursor: from }) }, clock.now()),
      );
      times.push(timed);
      const { nextCursor } = result;
      cursor = nextCursor;
    }
  }
  return times;
}

export const lists: Figure = {
  name: 'lists',
  title: 'Lists and the overview over 100,000 migrations and 1,000,000 events',
  async measure({ quick }) {
    const migrations = quick ? 5_000 : 100_000;
    return withFolder(async (folder) => {
      const events = await seedLog(folder, migrations);
      const product = await openProduct(folder);
      await product.caughtUp();
      await timesOf(product, questionsOf(migrations, 50));
      const times = await timesOf(product, questionsOf(migrations, quick ? 200 : 1_000));
      const overviews: Timed[] = [];
      for (let round = 0; round < 200; round++) {
        overviews.push((await timing('', () => product.service.queries.overview(product.clock.now()))).timed);
      }
      await product.close();
      return [
        ...shown(`lists of ${LIMIT} out of ${migrations}`, times, `${events} events; slowest: ${slowestOf(times)}`),
        ...shown('overview', overviews, `${events} events`),
      ];
    });
  },
};

function shown(name: string, times: readonly Timed[], note: string): readonly Measurement[] {
  const ms = times.map((timed) => timed.ms);
  const cpu = times.map((timed) => timed.cpuMs);
  return [
    { name: `${name}, 99th percentile`, unit: 'ms', value: quantile(ms, 0.99), limit: { of: 'value', kind: 'at-most', value: 20 }, note },
    {
      name: `${name}, 99th percentile of CPU time`,
      unit: 'ms',
      value: quantile(cpu, 0.99),
      note: 'what it takes where nobody else uses the processors',
    },
    { name: `${name}, median`, unit: 'ms', value: quantile(ms, 0.5) },
  ];
}

function slowestOf(times: readonly Timed[]): string {
  return times.reduce((slowest, timed) => (timed.cpuMs > slowest.cpuMs ? timed : slowest)).question;
}
