import type { Command } from 'commander';
import type { ToDo } from '../api-client/shapes.ts';
import { serviceTime } from '../customers/service-time.ts';
import { dueText } from '../terminal/moments.ts';
import { printJson } from '../terminal/screen.ts';
import { textTable } from '../terminal/text-table.ts';
import { type Runner, given, momentOf } from './runner.ts';

interface ToDosOptions {
  readonly kind?: string;
  readonly dueBefore?: string;
  readonly limit?: string;
  readonly all?: boolean;
}

const LARGEST_PAGE = '500';

export function addToDosCommand(program: Command, run: Runner): void {
  program
    .command('todos')
    .description('all automatic work that waits, and when it is due')
    .option('--kind <kind>', 'only this kind, as send-invitation, check-out or reassign-licenses')
    .option('--due-before <time>', 'only what is due before: a time, or a day')
    .option('--limit <n>', 'how many (default 50)')
    .option('--all', 'all of it, page by page')
    .action(
      run(async ({ api, screen }, { kind, dueBefore, limit, all }: ToDosOptions) => {
        const items: ToDo[] = [];
        let more = false;
        const query = given({
          kind,
          dueBefore: dueBefore === undefined ? undefined : momentOf(dueBefore),
          limit: limit ?? (all ? LARGEST_PAGE : undefined),
        });
        for await (const page of api.pages<ToDo>('/v1/todos', query)) {
          items.push(...page.items);
          more = page.nextCursor !== null;
          if (!all) break;
        }
        if (screen.json) {
          printJson(screen, { items, more });
          return undefined;
        }
        if (items.length === 0) {
          screen.note('Nothing waits.');
          return undefined;
        }
        const now = await serviceTime(api);
        screen.print(
          textTable(
            items,
            [
              {
                title: 'DUE',
                of: (toDo) => dueText(toDo.dueAt, now),
                ink: (text, toDo, colours) => (now !== null && toDo.dueAt < now ? colours.yellow(text) : text),
              },
              { title: 'WHAT', of: (toDo) => toDo.kind },
              { title: 'TRIED', of: (toDo) => (toDo.attempts === 0 ? '' : String(toDo.attempts)), align: 'right', leftOut: 3 },
              { title: 'MIGRATION', of: (toDo) => toDo.migrationId ?? '', shrinksTo: 9 },
              {
                title: 'LAST ERROR',
                of: (toDo) => toDo.lastError ?? '',
                shrinksTo: 12,
                leftOut: 2,
                ink: (text, _toDo, colours) => colours.red(text),
              },
            ],
            screen,
          ),
        );
        if (more) screen.note(screen.noteColours.dim(`The first ${items.length}: --all shows the rest.`));
        return undefined;
      }),
    );
}
