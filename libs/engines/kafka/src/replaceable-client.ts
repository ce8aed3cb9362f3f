import { KeyedQueue } from '#event-sourcing';
import { withinDeadline } from './deadline.ts';
import { brokerFailure } from './kafka-engine-error.ts';

interface Connectable {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

const DISCONNECTS_WITHIN_MS = 2_000;

/** A client that is connected when it is first needed, and replaced by a new one once it has lost the brokers. */
export class ReplaceableClient<Client extends Connectable> {
  readonly #make: () => Client;
  readonly #alone = new KeyedQueue();
  #current: Promise<Client> | undefined;

  constructor(make: () => Client) {
    this.#make = make;
  }

  /** @throws KafkaEngineError, MessageBusError */
  async use<Answer>(doing: string, work: (client: Client) => Promise<Answer>): Promise<Answer> {
    const used = (this.#current ??= this.#connect());
    try {
      return await work(await used);
    } catch (error) {
      const failure = brokerFailure(error, doing);
      // The others are about this one request: the client is as good as before.
      if (failure.code === 'broker-unreachable' || failure.code === 'broker-login-refused') this.#replace(used);
      throw failure;
    }
  }

  /** As `use`, one after another: for work on a client that two at a time would get wrong. */
  useAlone<Answer>(doing: string, work: (client: Client) => Promise<Answer>): Promise<Answer> {
    return this.#alone.run('', () => this.use(doing, work));
  }

  async close(): Promise<void> {
    const used = this.#current;
    this.#current = undefined;
    if (used) await letGo(used);
  }

  #replace(used: Promise<Client>): void {
    if (this.#current !== used) return;
    this.#current = undefined;
    void letGo(used);
  }

  async #connect(): Promise<Client> {
    const client = this.#make();
    try {
      await client.connect();
      return client;
    } catch (error) {
      void client.disconnect().catch(() => undefined);
      throw error;
    }
  }
}

/** A client that cannot say good-bye is left to its sockets' timeouts. */
async function letGo(used: Promise<Connectable>): Promise<void> {
  const disconnected = used.then((client) => client.disconnect());
  await withinDeadline(disconnected, DISCONNECTS_WITHIN_MS, 'disconnecting').catch(() => undefined);
}
