import { Command, CommanderError } from 'commander';
import { addBulkCommands } from './commands/bulk.ts';
import { addClockCommands } from './commands/clock.ts';
import { addDeadLetterCommands } from './commands/dead-letters.ts';
import { addImportCommand } from './commands/import.ts';
import { addListCommand } from './commands/list.ts';
import { addLogCommands } from './commands/log.ts';
import { addOverviewCommand } from './commands/overview.ts';
import type { Runner } from './commands/runner.ts';
import { addShowCommands } from './commands/show.ts';
import { addSteeringCommands } from './commands/steering.ts';
import { addToDosCommand } from './commands/todos.ts';
import { addWatchCommand } from './commands/watch.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-codes.ts';
import { printFailure } from './failures/print-failure.ts';
import { type GlobalOptions, type Session, openSession } from './session.ts';
import { createScreen } from './terminal/screen.ts';
import type { Terminal } from './terminal/terminal.ts';

const ENVIRONMENT_HELP = `Environment:
  CUTOVER_URL    the service's address (--url wins)
  CUTOVER_ACTOR  who you are, for the history (--actor wins; default: your user name)
  NO_COLOR       no colours, whatever the terminal can`;

const USAGE_EXIT = 1;

function createProgram({ stdout, stderr }: Terminal, run: Runner): Command {
  const program = new Command('cutover')
    .description('Moves customers into the Cloud Solution Provider program: the command line to a running service.')
    .option('--url <address>', 'the service’s address (default: http://127.0.0.1:3000)')
    .option('--json', 'results as JSON')
    .option('--actor <name>', 'who stands behind the command, for the history')
    .addHelpText('after', `\n${ENVIRONMENT_HELP}\n\n${EXIT_CODES_HELP}`)
    .showHelpAfterError('(cutover --help tells all commands; cutover <command> --help its options)')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) });
  addImportCommand(program, run);
  addListCommand(program, run);
  addShowCommands(program, run);
  addToDosCommand(program, run);
  addOverviewCommand(program, run);
  addWatchCommand(program, run);
  addSteeringCommands(program, run);
  addBulkCommands(program, run);
  addDeadLetterCommands(program, run);
  addClockCommands(program, run);
  addLogCommands(program, run);
  return program;
}

/** Runs one command line (without the program's own name). Answers what the process ends with; never throws. */
export async function runCutover(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const run: Runner =
    <Args extends unknown[]>(body: (session: Session, ...args: Args) => Promise<ExitCode | undefined>) =>
    async (...given: [...Args, Command]) => {
      const session = openSession(terminal, program.opts<GlobalOptions>());
      exitCode = (await body(session, ...(given.slice(0, -1) as Args))) ?? EXIT.done;
    };
  const program = createProgram(terminal, run);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === USAGE_EXIT && error.code !== 'commander.help' ? EXIT.usage : EXIT.done;
    if (terminal.signal.aborted) return EXIT.interrupted;
    return printFailure(createScreen(terminal, program.opts<GlobalOptions>().json ?? false), error);
  }
}
