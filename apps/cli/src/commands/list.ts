import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import type { Summary } from '../api-client/shapes.ts';
import { inkOfRisk, inkOfStage } from '../stage-bars/stage-bar-lines.ts';
import { dayText, numberText } from '../terminal/moments.ts';
import { printJson } from '../terminal/screen.ts';
import { type Column, textTable } from '../terminal/text-table.ts';
import { type FilterOptions, filterOf, withFilters } from './filter-options.ts';
import type { Runner } from './runner.ts';

const COLUMNS: readonly Column<Summary>[] = [
  { title: 'CUSTOMER', of: (row) => row.customerName, shrinksTo: 14 },
  { title: 'DOMAIN', of: (row) => row.customerDomain, shrinksTo: 14 },
  {
    title: 'STAGE',
    of: (row) => (row.onHold ? `${row.stage} (hold)` : row.stage),
    ink: (text, row, colours) => inkOfStage(row.stage, colours)(text),
  },
  { title: 'RISK', of: (row) => row.risk, ink: (text, row, colours) => inkOfRisk(row.risk, colours)(text) },
  { title: 'SEATS', of: (row) => numberText(row.seats), align: 'right' },
  { title: 'ENDS', of: (row) => row.firstOriginalEnd ?? '–' },
  { title: 'LAST SAFE', of: (row) => (row.lastSafeMoment === null ? '–' : dayText(row.lastSafeMoment)), leftOut: 1 },
  {
    title: 'ATTENTION',
    of: (row) => row.needsAttention?.code ?? '',
    shrinksTo: 14,
    leftOut: 2,
    ink: (text, _row, colours) => colours.yellow(text),
  },
  { title: 'WAVE', of: (row) => row.wave ?? '', shrinksTo: 6, leftOut: 4 },
  { title: 'LINES', of: (row) => String(row.lines), align: 'right', leftOut: 5 },
  { title: 'ID', of: (row) => row.id, leftOut: 6, ink: (text, _row, colours) => colours.dim(text) },
];

const CSV_FIELDS = [
  'id',
  'customerTenantId',
  'customerName',
  'customerDomain',
  'country',
  'wave',
  'stage',
  'onHold',
  'attention',
  'risk',
  'seats',
  'lines',
  'nextDueAt',
  'lastSafeMoment',
  'firstOriginalEnd',
  'updatedAt',
  'version',
] as const;

export function migrationsToCsv(items: readonly Summary[], withHeader: boolean): string {
  return stringify(
    items.map((item) => ({ ...item, attention: item.needsAttention?.code ?? '' })),
    // A cell that a spreadsheet would run as a formula is defused.
    { columns: [...CSV_FIELDS], header: withHeader, record_delimiter: 'windows', escape_formulas: true, cast: { boolean: String } },
  );
}

interface ListOptions extends FilterOptions {
  readonly sort?: string;
  readonly limit?: string;
  readonly all?: boolean;
  readonly csv?: boolean;
}

const LARGEST_PAGE = 500;

export function addListCommand(program: Command, run: Runner): void {
  withFilters(program.command('list').description('the migrations, as a table that fits the terminal'))
    .option('--sort <field>', 'registeredAt, lastSafeMoment, firstOriginalEnd, updatedAt or customerName; with - before it: descending')
    .option('--limit <n>', 'how many (default 50)')
    .option('--all', 'all of them, page by page')
    .option('--csv', 'as a CSV file')
    .action(
      run(async ({ api, screen }, options: ListOptions) => {
        const limit = options.limit ?? (options.all ? LARGEST_PAGE : undefined);
        const all: Summary[] = [];
        let more = false;
        let pages = 0;
        for await (const page of api.pages<Summary>('/v1/migrations', { ...filterOf(options), sort: options.sort, limit })) {
          if (options.csv) screen.print(migrationsToCsv(page.items, pages === 0).trimEnd());
          else all.push(...page.items);
          pages += 1;
          more = page.nextCursor !== null;
          if (!options.all) break;
        }
        if (options.csv) return undefined;
        if (screen.json) printJson(screen, { items: all, more });
        else if (all.length === 0) screen.note('No migration is like that.');
        else screen.print(textTable(all, COLUMNS, screen));
        if (more && !screen.json) screen.note(screen.noteColours.dim(`The first ${all.length}: --all shows the rest, --limit so many.`));
        return undefined;
      }),
    );
}
