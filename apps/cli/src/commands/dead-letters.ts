import type { Command } from 'commander';
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
  readonly stoppedBy: { readonly id: string; readonly reason: string; readonly detail: string } | null;
}

async function parked({ api }: Session): Promise<readonly DeadLetter[]> {
  const items: DeadLetter[] = [];
  for await (const page of api.pages<DeadLetter>('/v1/dead-letters', { limit: LARGEST_PAGE })) items.push(...page.items);
  return items;
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
        const ids = id === undefined ? (await parked(session)).map((letter) => letter.id) : [id];
        const answers: Replay[] = [];
        for (const each of ids)
          answers.push(await session.api.write<Replay>('POST', `/v1/dead-letters/${encodeURIComponent(each)}/replay`));
        const { screen } = session;
        const applied = answers.reduce((sum, answer) => sum + answer.applied, 0);
        const stopped = answers.flatMap(({ stoppedBy }) => (stoppedBy ? [stoppedBy] : []));
        if (screen.json) printJson(screen, answers);
        else {
          screen.print(`${applied > 0 ? `${screen.colours.green('✓')} ` : ''}${counted(applied, 'message')} applied`);
          for (const { id: still, reason, detail } of stopped)
            screen.print(`${screen.colours.yellow(still)} still waits (${reason}): ${detail}`);
        }
        return stopped.length > 0 ? EXIT.partly : undefined;
      }),
    );
}
