import { Client, type Notification } from 'pg';
import { KeyedQueue } from '#event-sourcing';
import { type ConnectionSettings, clientConfig, nameOfServer } from './connection-settings.ts';
import { endsConnection, explainedFailure } from './explained-failure.ts';

const IN_TURN = 'in turn';

/**
 * One session for what lives as long as a session does: advisory locks, LISTEN. It is opened when it is first needed;
 * once it is lost, whoever lives on it is told, and the next who needs it opens another.
 */
export class DedicatedConnection {
  readonly #settings: ConnectionSettings;
  readonly #server: string;
  readonly #onLost: (error: unknown) => void;
  readonly #onNotification: (notification: Notification) => void;
  readonly #queue = new KeyedQueue();
  #client: Client | undefined;
  #closed = false;

  constructor(
    settings: ConnectionSettings,
    on: { readonly lost: (error: unknown) => void; readonly notification?: (notification: Notification) => void },
  ) {
    this.#settings = settings;
    this.#server = nameOfServer(settings.url);
    this.#onLost = on.lost;
    this.#onNotification = on.notification ?? (() => undefined);
  }

  isOpen(): boolean {
    return this.#client !== undefined;
  }

  /** One statement after another, on one session: `fresh` says that it began with this one. @throws PostgresEngineError */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#queue.run(IN_TURN, async () => {
      const client = this.#client ?? (await this.#open());
      try {
        const { rows } = await client.query(sql, [...parameters]);
        return rows as Row[];
      } catch (error) {
        const fault = explainedFailure(error, this.#server);
        if (endsConnection(fault)) this.#lose(client, fault);
        throw fault;
      }
    });
  }

  /** Gives up the session and all that lives on it, without a word to anybody. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #open(): Promise<Client> {
    this.#refuseIfClosed();
    const client = new Client(clientConfig(this.#settings));
    client.on('error', (error) => this.#lose(client, explainedFailure(error, this.#server)));
    client.on('end', () => this.#lose(client, explainedFailure(new Error('Connection terminated'), this.#server)));
    client.on('notification', this.#onNotification);
    try {
      await client.connect();
      this.#refuseIfClosed();
    } catch (error) {
      void client.end().catch(() => undefined);
      throw explainedFailure(error, this.#server);
    }
    this.#client = client;
    return client;
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new Error('the connection is closed');
  }

  #lose(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    // It may be half open: waiting for its goodbye could take for ever.
    void client.end().catch(() => undefined);
    this.#onLost(error);
  }
}
