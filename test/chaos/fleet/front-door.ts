import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/**
 * One address in front of several ports, as a load balancer or a network would be: a connection goes to the first port
 * that takes it. It can be shut, which cuts what runs through it.
 */
export class FrontDoor {
  readonly #server: Server;
  readonly #ports: readonly number[];
  readonly #open = new Set<Socket>();
  #shut = false;

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#server = createServer((client) => this.#pass(client, 0));
  }

  static async before(ports: readonly number[], port = 0): Promise<FrontDoor> {
    const door = new FrontDoor(ports);
    await new Promise<void>((listening, failed) => {
      door.#server.once('error', failed);
      door.#server.listen(port, '127.0.0.1', listening);
    });
    return door;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nobody gets through any more, and who was through is cut off without a word. */
  shut(): void {
    this.#shut = true;
    for (const socket of this.#open) socket.destroy();
  }

  reopen(): void {
    this.#shut = false;
  }

  close(): void {
    this.shut();
    this.#server.close();
  }

  #pass(client: Socket, choice: number): void {
    const port = this.#ports[choice];
    if (this.#shut || port === undefined) {
      client.destroy();
      return;
    }
    this.#open.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => this.#open.delete(client));
    const inside = connect({ host: '127.0.0.1', port });
    inside.once('connect', () => {
      this.#open.add(inside);
      client.pipe(inside);
      inside.pipe(client);
      client.on('close', () => inside.destroy());
      inside.on('close', () => {
        this.#open.delete(inside);
        client.destroy();
      });
      inside.removeListener('error', next);
      inside.on('error', () => inside.destroy());
    });
    const next = (): void => this.#pass(client, choice + 1);
    inside.once('error', next);
  }
}
