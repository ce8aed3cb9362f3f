import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseInstant, type Clock, type Instant } from '#kernel';
import { readSettings, type Settings } from './settings.ts';
import { startSimulator } from './simulator.ts';
import { Database } from './storage/database.ts';
import { DrivenClock, systemClock } from './time/own-clock.ts';

const KEPT = 'clock';

const settings = readSettings(process.env);
if ('faults' in settings) {
  console.error(['The Partner Center simulator cannot start:', ...settings.faults].join('\n  '));
  process.exit(1);
}
await serve(settings);

async function serve({ drivenFrom, ...given }: Settings): Promise<void> {
  if (given.dataFile !== ':memory:') mkdirSync(dirname(given.dataFile), { recursive: true });
  const { partnerTenantId, publicUrl, ...options } = given;
  const simulator = await startSimulator({
    ...options,
    ...(partnerTenantId === undefined ? {} : { partnerTenantId }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    clock: drivenFrom === null ? systemClock : drivenClock(drivenFrom, given.dataFile),
    runsByItself: drivenFrom === null,
  });
  console.log(
    `The Partner Center simulator (a stand-in, not the real one) serves ${simulator.url} and takes mail at ${simulator.smtpUrl}.`,
  );

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void simulator.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** After a restart it goes on where it stood. */
function drivenClock(start: Instant, dataFile: string): Clock {
  if (dataFile === ':memory:') return new DrivenClock(start);
  const kept = new Database(dataFile);
  process.on('exit', () => kept.close());
  return new DrivenClock(parseInstant(kept.setting(KEPT) ?? '') ?? start, (now) => kept.keepSetting(KEPT, now));
}
