import type { Command } from 'commander';
import type { ImportReport, ImportRow } from '../api-client/report-shapes.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageFault } from '../failures/usage-fault.ts';
import { importCounts, importRows } from '../importing/import-result.ts';
import { uploadFile } from '../importing/upload-file.ts';
import { writeReport } from '../importing/write-report.ts';
import type { Session } from '../session.ts';
import { counted } from '../terminal/moments.ts';
import { createProgress } from '../terminal/progress.ts';
import { printJson } from '../terminal/screen.ts';
import type { Runner } from './runner.ts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly report?: string;
  readonly follow?: string;
  readonly show: string;
}

const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 1_000;
const LARGEST_PAGE = 500;

async function followed({ api, screen, terminal }: Session, importId: string): Promise<ImportReport> {
  const path = `/v1/imports/${encodeURIComponent(importId)}`;
  let report = await api.get<ImportReport>(path);
  const progress = createProgress(screen, terminal, { label: 'accounting', total: report.rows, text: (rows) => counted(rows, 'row') });
  try {
    for (
      let wait = FIRST_POLL_MS;
      report.state === 'received' || report.state === 'running';
      wait = Math.min(wait * 1.5, LONGEST_POLL_MS)
    ) {
      progress.update(report.accepted + report.rejected + report.duplicates, report.rejected > 0 ? `${report.rejected} rejected` : '');
      await terminal.pause(wait);
      terminal.signal.throwIfAborted();
      report = await api.get<ImportReport>(path);
    }
    return report;
  } finally {
    progress.stop();
  }
}

/** At most `limit` rows that were not accepted: first the rejected ones. */
async function notAccepted({ api }: Session, importId: string, report: ImportReport, limit: number): Promise<readonly ImportRow[]> {
  const rows: ImportRow[] = [];
  for (const [outcome, count] of [
    ['rejected', report.rejected],
    ['duplicate', report.duplicates],
  ] as const) {
    if (count === 0 || rows.length >= limit) continue;
    for await (const page of api.pages<ImportRow>(`/v1/imports/${encodeURIComponent(importId)}/rows`, {
      outcome,
      limit: Math.min(LARGEST_PAGE, limit - rows.length),
    })) {
      rows.push(...page.items);
      if (rows.length >= limit) break;
    }
  }
  return rows.slice(0, limit).sort((a, b) => a.line - b.line);
}

function exitCodeOf({ state, rejected }: ImportReport): ExitCode {
  if (state === 'failed') return EXIT.failed;
  return rejected > 0 ? EXIT.partly : EXIT.done;
}

async function told(
  session: Session,
  importId: string,
  report: ImportReport,
  { report: file, show, dryRun = report.dryRun ?? false }: ImportOptions,
): Promise<void> {
  const { screen } = session;
  if (!/^\d{1,7}$/.test(show)) throw new UsageFault(`--show is "${show}": give a whole number`);
  const rows = await notAccepted(session, importId, report, screen.json ? Number.POSITIVE_INFINITY : Number(show));
  if (screen.json) printJson(screen, { importId, ...report, rowsNotAccepted: rows });
  else {
    if (report.state === 'failed')
      screen.note(`${screen.noteColours.red('✗')} The import failed: ${report.detail ?? 'the service’s log tells why'}`);
    screen.print(importCounts(report, dryRun, screen));
    if (rows.length > 0) screen.print(`\n${importRows(rows, screen)}`);
    const hidden = report.rejected + report.duplicates - rows.length;
    if (hidden > 0) screen.note(screen.noteColours.dim(`… and ${hidden} more: --show <n> for more of them, --report <file> for all.`));
  }
  if (file !== undefined) {
    await writeReport(session, importId, file);
    screen.note(`The outcome of every row is in ${file}`);
  }
}

export function addImportCommand(program: Command, run: Runner): void {
  program
    .command('import')
    .argument('[file]', 'a CSV file; - reads standard input')
    .description('hand customers over, and tell what became of every row')
    .option('--dry-run', 'only check: nothing is written')
    .option('--report <file>', 'write the outcome of every row to a CSV file')
    .option('--show <n>', 'how many rejected and duplicate rows to show', '20')
    .option('--follow <importId>', 'tell of an import that was handed over before, instead of a file')
    .action(
      run(async (session, file: string | undefined, options: ImportOptions) => {
        const { screen, terminal } = session;
        if ((file === undefined) === (options.follow === undefined))
          throw new UsageFault('name the CSV file to import, as in: cutover import customers.csv');
        const importId = options.follow ?? (await uploadFile(session, file!, options.dryRun ?? false));
        const goesOn = (): void => screen.note(`The service goes on with it. Look again with: cutover import --follow ${importId}`);
        terminal.signal.addEventListener('abort', goesOn, { once: true });
        const report = await followed(session, importId);
        terminal.signal.removeEventListener('abort', goesOn);
        await told(session, importId, report, options);
        return exitCodeOf(report);
      }),
    );
}
