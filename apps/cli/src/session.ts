import { type ApiClient, createApiClient } from './api-client/api-client.ts';
import { UsageFault } from './failures/usage-fault.ts';
import { type Screen, createScreen } from './terminal/screen.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What every command of one invocation stands on. */
export interface Session {
  readonly terminal: Terminal;
  readonly screen: Screen;
  readonly api: ApiClient;
}

export interface GlobalOptions {
  readonly url?: string;
  readonly json?: boolean;
  readonly actor?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:3000';
/** What the service takes for a name, as far as a header can carry it. */
const ACTOR = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?$/;

function addressOf(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.search === '' && url.hash === '')
    return url.href.replace(/\/+$/, '');
  throw new UsageFault(`${from} is "${text}", which is no address of a service: give one like ${DEFAULT_URL}`);
}

function actorOf(given: string | undefined, env: Terminal['env']): string | undefined {
  if (given !== undefined && !ACTOR.test(given)) {
    throw new UsageFault(`--actor is "${given}": give a name of up to 64 letters, digits, blanks, dots, hyphens or underscores`);
  }
  const name = given ?? env.CUTOVER_ACTOR ?? env.USER ?? env.USERNAME;
  return name !== undefined && ACTOR.test(name) ? name : undefined;
}

/** @throws UsageFault */
export function openSession(terminal: Terminal, options: GlobalOptions): Session {
  const { env, fetch, signal, pause, invocationId } = terminal;
  const url = options.url !== undefined ? addressOf(options.url, '--url') : addressOf(env.CUTOVER_URL || DEFAULT_URL, 'CUTOVER_URL');
  return {
    terminal,
    screen: createScreen(terminal, options.json ?? false),
    api: createApiClient({ url, fetch, signal, pause, invocationId, actor: actorOf(options.actor, env) }),
  };
}
