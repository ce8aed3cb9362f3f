/**
 * The stand-in for EventStoreDB as a process of its own: `--port` and `--control-port` (0: any free one), `--data-dir`
 * for a log that outlives the process; without it the log is in memory. Prints one line of JSON when it listens.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openControlPort } from './control-port.ts';
import { StandInLog } from './stand-in-log.ts';
import { StandInServer } from './stand-in-server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    'data-dir': { type: 'string' },
  },
});

const folder = values['data-dir'];
if (folder !== undefined) mkdirSync(folder, { recursive: true });
const log = new StandInLog(folder === undefined ? {} : { file: join(folder, 'log') });
const server = await StandInServer.start({ log, port: Number(values.port) });
const control = await openControlPort(server, Number(values['control-port']));

const stop = async (): Promise<void> => {
  control.close();
  await server.kill();
  log.close();
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.stdout.write(`${JSON.stringify({ eventStoreUrl: server.url, controlUrl: control.url })}\n`);
