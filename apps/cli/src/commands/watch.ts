import type { Command } from 'commander';
import { liveEvents } from '../api-client/live-events.ts';
import type { Overview } from '../api-client/report-shapes.ts';
import type { Summary } from '../api-client/shapes.ts';
import { findMigration } from '../customers/find-migration.ts';
import { stageCountsOf } from '../overview/stage-counts-of.ts';
import { createStageBars } from '../stage-bars/create-stage-bars.ts';
import { inkOfRisk, inkOfStage } from '../stage-bars/stage-bar-lines.ts';
import type { Session } from '../session.ts';
import type { Colours } from '../terminal/colours.ts';
import { momentText } from '../terminal/moments.ts';
import { fitted, onOneLine } from '../terminal/plain-text.ts';
import type { Runner } from './runner.ts';

/** One change of a migration, on a line. */
export function changeLine(summary: Summary, colours: Colours): string {
  const { updatedAt, customerName, stage, risk, onHold, needsAttention, nextDueAt } = summary;
  return [
    momentText(updatedAt),
    fitted(onOneLine(customerName), 32),
    inkOfStage(stage, colours)(stage),
    ...(risk === 'none' ? [] : [inkOfRisk(risk, colours)(risk === 'gap' ? 'GAP' : `risk ${risk}`)]),
    ...(onHold ? [colours.yellow('on hold')] : []),
    ...(needsAttention ? [colours.yellow(needsAttention.code)] : []),
    ...(nextDueAt === null ? [] : [colours.dim(`next ${momentText(nextDueAt)}`)]),
  ].join('  ');
}

async function watchOne({ api, screen, terminal: { signal, pause } }: Session, customer: string): Promise<void> {
  const migration = await findMigration(api, customer);
  const show = (summary: Summary): void => screen.print(screen.json ? JSON.stringify(summary) : changeLine(summary, screen.colours));
  let version = migration.version;
  show(migration);
  const onConnection = (state: 'lost' | 'back'): void =>
    screen.note(state === 'lost' ? 'The connection is lost: trying again …' : 'The connection is back.');
  for await (const { event, data } of liveEvents({ api, signal, pause, onConnection })) {
    if (event !== 'migration') continue;
    const summary = JSON.parse(data) as Summary;
    // After a reconnection what was told before may be told again.
    if (summary.id !== migration.id || summary.version <= version) continue;
    version = summary.version;
    show(summary);
  }
}

async function watchAll({ api, screen, terminal: { signal, pause, stdout, env } }: Session): Promise<void> {
  const bars = screen.json ? undefined : createStageBars(stdout, env);
  const onConnection = (state: 'lost' | 'back'): void => {
    const line = state === 'lost' ? 'The connection is lost: trying again …' : 'The connection is back.';
    if (bars && stdout.isTTY) bars.log(line);
    else screen.note(line);
  };
  try {
    const first = await api.get<Overview>('/v1/overview');
    if (bars) bars.update(stageCountsOf(first));
    else screen.print(JSON.stringify({ event: 'overview', data: first }));
    for await (const { event, data } of liveEvents({ api, signal, pause, onConnection })) {
      if (!bars) screen.print(JSON.stringify({ event, data: JSON.parse(data) as unknown }));
      else if (event === 'overview') bars.update(stageCountsOf(JSON.parse(data) as Overview));
      else if (event === 'migration' && stdout.isTTY !== true) bars.log(changeLine(JSON.parse(data) as Summary, screen.colours));
    }
  } finally {
    bars?.stop();
  }
}

export function addWatchCommand(program: Command, run: Runner): void {
  program
    .command('watch')
    .argument('[customer]', 'only this one: its id, or the customer’s tenant, domain or name')
    .description('the stages of all migrations as bars that move, or the changes of one, until Ctrl-C')
    .action(
      run(async (session, customer: string | undefined) => {
        if (customer === undefined) await watchAll(session);
        else await watchOne(session, customer);
        return undefined;
      }),
    );
}
