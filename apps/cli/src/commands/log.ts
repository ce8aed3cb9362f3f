import type { Command } from 'commander';
import { type LogComparison, type LogCopied, compareLogs, copyLog } from '#event-sourcing';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageFault } from '../failures/usage-fault.ts';
import { followPosition } from '../log/follow-position.ts';
import { AFTERWARDS, accountLines, verdictLine } from '../log/log-copy-lines.ts';
import { type LogPlace, logPlaceOf, nameOfPlace, samePlace } from '../log/log-place.ts';
import { type ReadableLog, type WritableLog, openExistingLog, openLogForWriting } from '../log/open-log.ts';
import type { Session } from '../session.ts';
import { counted, numberText } from '../terminal/moments.ts';
import { printJson } from '../terminal/screen.ts';
import type { Runner } from './runner.ts';

interface CopyOptions {
  readonly from: string;
  readonly to: string;
  readonly verify?: boolean;
}

const HELP = `
A place is a data folder (a service's DATA_DIR) or an EventStoreDB
(esdb://host:2113?tls=false, esdb+discover://…). No service may run on either of
the two meanwhile. An interrupted copy goes on with the same command.`;

async function copied(session: Session, from: ReadableLog, to: WritableLog): Promise<LogCopied> {
  const progress = followPosition(session, 'copying', await from.head());
  let events = 0;
  try {
    return await copyLog({
      from,
      to,
      signal: session.terminal.signal,
      onProgress({ events: so, last }) {
        events = so;
        progress.update(so, last.position);
      },
    });
  } catch (error) {
    progress.stop();
    if (session.terminal.signal.aborted)
      session.screen.note(`Ended. ${counted(events, 'event')} of the source stand in the target; the same command goes on from there.`);
    throw error;
  } finally {
    progress.stop();
  }
}

async function compared(session: Session, from: ReadableLog, to: ReadableLog): Promise<LogComparison> {
  const progress = followPosition(session, 'verifying', await from.head());
  let events = 0;
  try {
    return await compareLogs({
      from,
      to,
      signal: session.terminal.signal,
      onEvent: ({ position }) => progress.update((events += 1), position),
    });
  } catch (error) {
    progress.stop();
    if (session.terminal.signal.aborted) session.screen.note('Ended before both sides were compared; --verify does only that.');
    throw error;
  } finally {
    progress.stop();
  }
}

/** Both are closed whatever happens, the one that was opened last first. */
async function withBoth<From extends ReadableLog, To extends ReadableLog, Result>(
  openFrom: () => Promise<From>,
  openTo: () => Promise<To>,
  body: (from: From, to: To) => Promise<Result>,
): Promise<Result> {
  const from = await openFrom();
  try {
    const to = await openTo();
    try {
      return await body(from, to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

function tell({ screen }: Session, comparison: LogComparison, copy: LogCopied | null): ExitCode {
  if (screen.json) printJson(screen, { ...(copy && { found: copy.found, written: copy.written }), ...jsonOf(comparison) });
  else {
    if (copy)
      screen.print(`${counted(copy.written, 'event')} written${copy.found > 0 ? `, ${numberText(copy.found)} stood there already` : ''}`);
    for (const line of accountLines(comparison)) screen.print(line);
    screen.print(verdictLine(comparison, screen));
    if (copy && comparison.same) for (const line of AFTERWARDS) screen.note(screen.noteColours.dim(line));
  }
  return comparison.same ? EXIT.done : EXIT.failed;
}

/** Without the events themselves: they hold personal data. */
function jsonOf({ from, to, same, firstDifference }: LogComparison): object {
  return { source: from, target: to, same, firstDifference: firstDifference?.event ?? null };
}

function places({ from: fromText, to: toText }: CopyOptions): { readonly from: LogPlace; readonly to: LogPlace } {
  const from = logPlaceOf(fromText, '--from');
  const to = logPlaceOf(toText, '--to');
  if (samePlace(from, to)) throw new UsageFault(`--from and --to are both ${nameOfPlace(from)}: name two places`);
  return { from, to };
}

/** The log itself, for its operators: the one command that needs no running service, and none may run. */
export function addLogCommands(program: Command, run: Runner): void {
  const log = program.command('log').description('the event log itself, while no service runs on it');
  log
    .command('copy')
    .description('copy a log into another engine or folder, event by event, and verify both sides')
    .requiredOption('--from <place>', 'the log to copy')
    .requiredOption('--to <place>', 'an empty log, or one into which this copy was begun')
    .option('--verify', 'only compare the two')
    .addHelpText('after', HELP)
    .action(
      run(async (session, options: CopyOptions) => {
        const { from, to } = places(options);
        if (options.verify) {
          return withBoth(
            () => openExistingLog(from),
            () => openExistingLog(to),
            async (source, target) => tell(session, await compared(session, source, target), null),
          );
        }
        return withBoth(
          () => openExistingLog(from),
          () => openLogForWriting(to),
          async (source, target) => {
            const copy = await copied(session, source, target);
            return tell(session, await compared(session, source, target), copy);
          },
        );
      }),
    );
}
