import type { Command } from 'commander';
import type { ClockReading } from '../api-client/report-shapes.ts';
import type { Session } from '../session.ts';
import { momentText, spanText } from '../terminal/moments.ts';
import { createProgress } from '../terminal/progress.ts';
import { printJson } from '../terminal/screen.ts';
import { type Runner, momentOf } from './runner.ts';

const DAY_MS = 86_400_000;

/** Where a duration from now on leads; `undefined` where the service has to say what is wrong with it. */
async function endOf(now: string, duration: string): Promise<string | undefined> {
  const { DateTime, Duration } = await import('luxon');
  const span = Duration.fromISO(duration);
  const end = span.isValid ? DateTime.fromISO(now, { zone: 'utc' }).plus(span) : undefined;
  return end?.isValid && end.toMillis() > Date.parse(now) ? new Date(end.toMillis()).toISOString() : undefined;
}

/** Day by day, so that progress shows and no single answer takes long; it comes to the same as one long step. */
async function walk({ api, screen, terminal }: Session, from: string, to: string): Promise<ClockReading> {
  const start = Date.parse(from);
  const end = Date.parse(to);
  const progress = createProgress(screen, terminal, {
    label: 'time passes',
    total: Math.ceil((end - start) / DAY_MS),
    text: (days) => `${days} d`,
  });
  try {
    for (let at = start, day = 1; ; day += 1) {
      at = Math.min(at + DAY_MS, end);
      const reading = await api.write<ClockReading>('PUT', '/v1/clock', { body: { to: new Date(at).toISOString() } });
      progress.update(day, momentText(reading.now));
      if (at >= end) return reading;
    }
  } finally {
    progress.stop();
  }
}

function told({ screen }: Session, { mode, now }: ClockReading, advanced: string): void {
  if (screen.json) printJson(screen, { mode, now });
  else screen.print(`${momentText(now)}  ${mode === 'driven' ? `driven${advanced}` : 'the system’s clock'}`);
}

/** The service's clock; a driven one can be moved. */
export function addClockCommands(program: Command, run: Runner): void {
  const clock = program.command('clock').description('the service’s clock');
  clock
    .command('show', { isDefault: true })
    .description('which clock it is, and what it says')
    .action(
      run(async (session) => {
        told(session, await session.api.get<ClockReading>('/v1/clock'), ': cutover clock advance P3D moves it');
        return undefined;
      }),
    );
  clock
    .command('advance')
    .argument('<duration>', 'ISO 8601, as PT6H, P3D or P1M; or a day or time to advance to')
    .description('move a driven clock forward; done when all work due up to then is done')
    .action(
      run(async (session, duration: string) => {
        const { api } = session;
        const before = await api.get<ClockReading>('/v1/clock');
        const target = /^P/i.test(duration) ? await endOf(before.now, duration) : momentOf(duration);
        const valid = target !== undefined && Date.parse(target) > Date.parse(before.now) && before.mode === 'driven';
        const after = valid
          ? await walk(session, before.now, target)
          : await api.write<ClockReading>('PUT', '/v1/clock', {
              body: /^P/i.test(duration) ? { by: duration.toUpperCase() } : { to: momentOf(duration) },
            });
        told(session, after, `, ${spanText(Date.parse(after.now) - Date.parse(before.now))} later`);
        return undefined;
      }),
    );
}
