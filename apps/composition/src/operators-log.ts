import { type Logger, pino } from 'pino';
import type { Configuration } from '#application';

/** What operators read, as JSON lines on standard error. */
export function operatorsLog({ logLevel }: Pick<Configuration, 'logLevel'>): Logger {
  return pino({ level: logLevel, base: null }, pino.destination({ dest: 2, sync: false }));
}
