import type { Command } from 'commander';
import type { HistoryItem, Plan } from '../api-client/shapes.ts';
import { findMigration } from '../customers/find-migration.ts';
import { serviceTime } from '../customers/service-time.ts';
import { showHistory } from '../customers/show-history.ts';
import { showMigration } from '../customers/show-migration.ts';
import { showPlan } from '../customers/show-plan.ts';
import { printJson } from '../terminal/screen.ts';
import { type Runner, momentOf } from './runner.ts';

const CUSTOMER = 'the migration’s id, or the customer’s tenant, domain or name';
const LARGEST_PAGE = 500;

/** The commands that look at one migration. */
export function addShowCommands(program: Command, run: Runner): void {
  program
    .command('show')
    .argument('<customer>', CUSTOMER)
    .description('one migration: where it stands, its lines, what is due, and how its seats are covered over time')
    .option('--as-of <time>', 'as it stood then: a time, or a day (its first moment, UTC)')
    .action(
      run(async ({ api, screen }, customer: string, { asOf }: { readonly asOf?: string }) => {
        const at = asOf === undefined ? undefined : momentOf(asOf);
        const migration = await findMigration(api, customer, at);
        if (screen.json) printJson(screen, migration);
        else screen.print(showMigration(migration, { ...screen, now: at ?? (await serviceTime(api)) }));
        return undefined;
      }),
    );

  program
    .command('history')
    .argument('<customer>', CUSTOMER)
    .description('everything that happened to one migration, with who did it and why')
    .option('--data', 'also what each event says')
    .action(
      run(async ({ api, screen }, customer: string, { data }: { readonly data?: boolean }) => {
        const { id } = await findMigration(api, customer);
        const items: HistoryItem[] = [];
        for await (const page of api.pages<HistoryItem>(`/v1/migrations/${id}/history`, { limit: LARGEST_PAGE })) items.push(...page.items);
        if (screen.json) printJson(screen, items);
        else screen.print(showHistory(items, { ...screen, data: data ?? false }));
        return undefined;
      }),
    );

  program
    .command('plan')
    .argument('<customer>', CUSTOMER)
    .description('what would be done when, with seats, overlap, cost and limits; nothing is written')
    .action(
      run(async ({ api, screen }, customer: string) => {
        const migration = await findMigration(api, customer);
        const plan = await api.get<Plan>(`/v1/migrations/${migration.id}/plan`);
        if (screen.json) printJson(screen, plan);
        else screen.print(showPlan(plan, migration, screen));
        return undefined;
      }),
    );
}
