import type { Command } from 'commander';
import type { BulkReport } from '../api-client/report-shapes.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageFault } from '../failures/usage-fault.ts';
import type { Session } from '../session.ts';
import { counted, numberText } from '../terminal/moments.ts';
import { createProgress } from '../terminal/progress.ts';
import { printJson } from '../terminal/screen.ts';
import { textTable } from '../terminal/text-table.ts';
import { type FilterOptions, filterOf, withFilters } from './filter-options.ts';
import type { Runner } from './runner.ts';
import { STEERING_COMMANDS, type SteeringOptions } from './steering-commands.ts';

interface BulkOptions extends SteeringOptions, FilterOptions {
  readonly preview?: boolean;
  readonly yes?: boolean;
}

const POLL_MS = 300;
const SHOWN = 20;

async function followed({ api, screen, terminal }: Session, bulkId: string, count: number): Promise<BulkReport> {
  const progress = createProgress(screen, terminal, { label: 'carried out', total: count });
  try {
    for (;;) {
      const report = await api.get<BulkReport>(`/v1/bulk/${bulkId}`);
      progress.update(report.results.length);
      if (report.state !== 'running') return report;
      await terminal.pause(POLL_MS);
      terminal.signal.throwIfAborted();
    }
  } finally {
    progress.stop();
  }
}

function told({ screen }: Session, bulkId: string, report: BulkReport): ExitCode | undefined {
  const refused = report.results.filter(({ status }) => status >= 300);
  if (screen.json) printJson(screen, { bulkId, ...report });
  else {
    screen.print(`${counted(report.results.length - refused.length, 'migration')} done, ${numberText(refused.length)} refused`);
    if (refused.length > 0) {
      screen.print('');
      screen.print(
        textTable(
          refused.slice(0, SHOWN),
          [
            { title: 'MIGRATION', of: (result) => result.id },
            { title: 'STATUS', of: (result) => String(result.status) },
            { title: 'CODE', of: (result) => result.code ?? '', ink: (text, _result, colours) => colours.yellow(text) },
          ],
          screen,
        ),
      );
      if (refused.length > SHOWN) screen.note(screen.noteColours.dim(`… and ${refused.length - SHOWN} more: --json has them all.`));
    }
  }
  return refused.length > 0 ? EXIT.partly : undefined;
}

/** The commands that make sense for many: those that speak of no single line. */
export function addBulkCommands(program: Command, run: Runner): void {
  const bulk = program.command('bulk').description('one command for all migrations that a filter hits; it counts them first');
  for (const { name, path, description, options, body, line } of STEERING_COMMANDS) {
    if (line === 'one') continue;
    withFilters(options(bulk.command(name).description(`${description}, for each`)))
      .option('--preview', 'only count what it would hit')
      .option('--yes', 'do not ask')
      .action(
        run(async (session, chosen: BulkOptions) => {
          const { api, screen, terminal } = session;
          const filter = filterOf(chosen);
          if (Object.keys(filter).length === 0)
            throw new UsageFault('say which migrations: at least one of --stage, --risk, --wave, --program, --q, --ends-before');
          const request = { filter, body: body(chosen) };
          const { count } = await api.write<{ readonly count: number }>('POST', `/v1/bulk/${path}`, {
            body: { ...request, preview: true },
          });
          if (chosen.preview) {
            if (screen.json) printJson(screen, { count });
            else screen.print(`${counted(count, 'migration')} would get: ${name}`);
            return undefined;
          }
          if (count === 0) {
            if (screen.json) printJson(screen, { count });
            else screen.print('No migration is like that: nothing was done.');
            return undefined;
          }
          if (!chosen.yes) {
            if (!terminal.confirm)
              throw new UsageFault(`${counted(count, 'migration')} would get ${name}: add --yes to do it, or --preview to count only`);
            if (!(await terminal.confirm(`${name} for ${counted(count, 'migration')}?`))) {
              screen.note('Nothing was done.');
              return undefined;
            }
          }
          const { bulkId } = await api.write<{ readonly bulkId: string }>('POST', `/v1/bulk/${path}`, { body: request });
          return told(session, bulkId, await followed(session, bulkId, count));
        }),
      );
  }
}
