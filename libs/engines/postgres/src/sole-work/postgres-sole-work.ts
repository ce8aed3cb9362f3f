import type { Delay, HeldWork, SoleWork } from '#event-sourcing';
import type { ConnectionSettings } from '../connections/connection-settings.ts';
import { DedicatedConnection } from '../connections/dedicated-connection.ts';
import { lockKey } from './lock-key.ts';

export interface PostgresSoleWorkOptions {
  readonly connection: ConnectionSettings;
  /** Processes that name the same one contend for the same work. */
  readonly namespace: string;
  readonly delay: Delay;
  /** How often the session is tried while work is held, in real milliseconds. Default 3 s. */
  readonly beatMs?: number;
  readonly onError: (error: unknown) => void;
}

interface Held {
  readonly lost: AbortController;
}

/**
 * Advisory locks of one session: the server frees them when the session ends, so also when this process dies. A session
 * may take a lock that it has once more; that nobody here does is seen to here.
 */
export class PostgresSoleWork implements SoleWork {
  readonly #options: PostgresSoleWorkOptions;
  readonly #connection: DedicatedConnection;
  readonly #held = new Map<string, Held>();
  #beating: AbortController | undefined;

  constructor(options: PostgresSoleWorkOptions) {
    this.#options = options;
    this.#connection = new DedicatedConnection(options.connection, { lost: (error) => this.#loseAll(error) });
  }

  async take(name: string): Promise<HeldWork | undefined> {
    if (this.#held.has(name)) return undefined;
    const held: Held = { lost: new AbortController() };
    // From now on the name is taken within this process, and is lost with a session that ends while the answer is on its way.
    this.#held.set(name, held);
    try {
      const key = lockKey(this.#options.namespace, name);
      const [answer] = await this.#connection.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [key]);
      if (!answer?.taken || held.lost.signal.aborted) {
        this.#letGo(name, held);
        return undefined;
      }
    } catch (error) {
      this.#letGo(name, held);
      throw error;
    }
    this.#beat();
    return { lost: held.lost.signal, release: () => this.#release(name, held) };
  }

  /** Frees everything, without a word to whoever holds it. */
  async close(): Promise<void> {
    this.#beating?.abort();
    await this.#connection.close();
  }

  async #release(name: string, held: Held): Promise<void> {
    if (this.#held.get(name) !== held) return;
    try {
      await this.#connection.query('SELECT pg_advisory_unlock($1)', [lockKey(this.#options.namespace, name)]);
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#letGo(name, held);
    }
  }

  #letGo(name: string, held: Held): void {
    if (this.#held.get(name) === held) this.#held.delete(name);
    if (this.#held.size === 0) this.#beating?.abort();
  }

  #loseAll(error: unknown): void {
    const lost = [...this.#held.values()];
    this.#held.clear();
    this.#beating?.abort();
    if (lost.length > 0) this.#options.onError(error);
    for (const held of lost) held.lost.abort(error);
  }

  /** A network that swallows everything would let us believe for minutes that the work is still ours. */
  #beat(): void {
    if (this.#beating && !this.#beating.signal.aborted) return;
    const beating = new AbortController();
    this.#beating = beating;
    void this.#beatUntil(beating.signal);
  }

  async #beatUntil(over: AbortSignal): Promise<void> {
    const { delay, beatMs = 3_000 } = this.#options;
    for (;;) {
      await delay(beatMs, over).catch(() => undefined);
      if (over.aborted) return;
      // A session that does not answer is given up by the connection, which tells `#loseAll`.
      await this.#connection.query('SELECT 1').catch(() => undefined);
    }
  }
}
