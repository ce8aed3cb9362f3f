import type { Command } from 'commander';
import { liveEvents } from '../api-client/live-events.ts';
import type { Overview } from '../api-client/report-shapes.ts';
import { overviewLines } from '../overview/overview-lines.ts';
import { stageCountsOf } from '../overview/stage-counts-of.ts';
import { stageLine } from '../stage-bars/stage-bar-lines.ts';
import { createMovingLines } from '../stage-bars/moving-lines.ts';
import type { Session } from '../session.ts';
import { printJson } from '../terminal/screen.ts';
import type { Runner } from './runner.ts';

const WIDTH_OFF_TERMINAL = 100;

/** Every new overview, until Ctrl-C: moving on a terminal, else a line each. */
async function watchOverview({ api, screen, terminal }: Session, first: Overview): Promise<void> {
  const { signal, pause, stdout, env } = terminal;
  const moving = stdout.isTTY === true && env.TERM !== 'dumb' && !screen.json ? createMovingLines(stdout) : undefined;
  const show = (overview: Overview): void => {
    if (moving) moving.draw((width) => overviewLines(overview, width, screen.colour));
    else screen.print(screen.json ? JSON.stringify(overview) : stageLine(stageCountsOf(overview)));
  };
  const say = (line: string): void => (moving ? moving.log(line) : screen.note(line));
  try {
    show(first);
    const onConnection = (state: 'lost' | 'back'): void =>
      say(state === 'lost' ? 'The connection is lost: trying again …' : 'The connection is back.');
    for await (const { event, data } of liveEvents({ api, signal, pause, onConnection })) {
      if (event === 'overview') show(JSON.parse(data) as Overview);
    }
  } finally {
    moving?.stop();
  }
}

export function addOverviewCommand(program: Command, run: Runner): void {
  program
    .command('overview')
    .description('how many migrations and seats are in which stage, risks, invitations, gaps and overlap')
    .option('--watch', 'keep it up to date until Ctrl-C')
    .action(
      run(async (session, { watch }: { readonly watch?: boolean }) => {
        const { api, screen } = session;
        const overview = await api.get<Overview>('/v1/overview');
        if (watch) await watchOverview(session, overview);
        else if (screen.json) printJson(screen, overview);
        else screen.print(overviewLines(overview, screen.width ?? WIDTH_OFF_TERMINAL, screen.colour).join('\n'));
        return undefined;
      }),
    );
}
