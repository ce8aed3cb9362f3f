import type { Command } from 'commander';
import { ProblemAnswer } from '../api-client/problem.ts';
import type { DeadLetter } from '../api-client/report-shapes.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, momentText } from '../terminal/moments.ts';
import { printJson } from '../terminal/screen.ts';
import { textTable } from '../terminal/text-table.ts';
import { UsageFault } from '../failures/usage-fault.ts';
import type { Session } from '../session.ts';
import type { Runner } from './runner.ts';

const LARGEST_PAGE = 500;

/** What a replay came to: messages applied, and the one that still cannot be. */
interface Replay {
  readonly applied: number;
  /** Of the same key. */
  readonly waiting: number;
  readonly stoppedBy: { readonly id: string; readonly reason: string; readonly detail: string } | null;
}

async function parked({ api }: Session): Promise<readonly DeadLetter[]> {
  const items: DeadLetter[] = [];
  for await (const page of api.pages<DeadLetter>('/v1/dead-letters', { limit: LARGEST_PAGE })) items.push(...page.items);
  return items;
}

function replay({ api }: Session, id: string): Promise<Replay> {
  return api.write<Replay>('POST', `/v1/dead-letters/${encodeURIComponent(id)}/replay`);
}

/** A replay takes along what waits under the same key: one for each key. What waits no longer has been applied since the list was read. */
async function replayAll(session: Session): Promise<{ readonly replays: readonly Replay[]; readonly appliedAlready: number }> {
  const replays: Replay[] = [];
  const replayed = new Set<string>();
  let appliedAlready = 0;
  for (const { id, key } of await parked(session)) {
    if (replayed.has(key)) continue;
    try {
      replays.push(await replay(session, id));
      replayed.add(key);
    } catch (error) {
      if (!(error instanceof ProblemAnswer) || error.problem.code !== 'message-not-parked') throw error;
      appliedAlready += 1;
    }
  }
  return { replays, appliedAlready };
}

/** Messages that could not be applied, and wait. */
export function addDeadLetterCommands(program: Command, run: Runner): void {
  const deadLetters = program.command('dead-letters').description('messages that could not be applied, and wait');
  deadLetters
    .command('list', { isDefault: true })
    .description('what waits, and why')
    .action(
      run(async (session) => {
        const { screen } = session;
        const items = await parked(session);
        if (screen.json) printJson(screen, { items });
        else if (items.length === 0) screen.note('No message waits.');
        else {
          screen.print(
            textTable(
              items,
              [
                { title: 'ID', of: (letter) => letter.id },
                { title: 'SINCE', of: (letter) => momentText(letter.parkedAt) },
                { title: 'REASON', of: (letter) => letter.reason, shrinksTo: 12, ink: (text, _letter, colours) => colours.yellow(text) },
                { title: 'DETAIL', of: (letter) => letter.detail, shrinksTo: 20, leftOut: 1 },
                { title: 'KEY', of: (letter) => letter.key, leftOut: 2 },
              ],
              screen,
            ),
          );
          screen.note(screen.noteColours.dim('Mend the cause, then: cutover dead-letters replay <id>, or --all'));
        }
        return undefined;
      }),
    );
  deadLetters
    .command('replay')
    .argument('[id]', 'which one')
    .option('--all', 'all that wait')
    .description('apply a message again, in its customer’s order')
    .action(
      run(async (session, id: string | undefined, { all }: { readonly all?: boolean }) => {
        if ((id === undefined) === !all) throw new UsageFault('say which message: its id (cutover dead-letters lists them), or --all');
        const { replays, appliedAlready } =
          id === undefined ? await replayAll(session) : { replays: [await replay(session, id)], appliedAlready: 0 };
        const { screen } = session;
        const applied = replays.reduce((sum, answer) => sum + answer.applied, 0);
        const waiting = replays.reduce((sum, answer) => sum + answer.waiting, 0);
        const stopped = replays.flatMap(({ stoppedBy }) => (stoppedBy ? [stoppedBy] : []));
        if (screen.json) printJson(screen, replays);
        else {
          const counts = [`${counted(applied, 'message')} applied`];
          if (appliedAlready > 0) counts.push(`${appliedAlready} applied already`);
          if (waiting > 0) counts.push(`${waiting} still ${waiting === 1 ? 'waits' : 'wait'}`);
          screen.print(`${applied > 0 ? `${screen.colours.green('✓')} ` : ''}${counts.join(', ')}`);
          for (const { id: still, reason, detail } of stopped)
            screen.print(`${screen.colours.yellow(still)} still waits (${reason}): ${detail}`);
        }
        return stopped.length > 0 ? EXIT.partly : undefined;
      }),
    );
}
