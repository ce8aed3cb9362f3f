import type { Channel, ClientDuplexStream } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Nodes, ServerAddress } from './server-address.ts';

export type BatchStream = ClientDuplexStream<BatchAppendReq, BatchAppendResp>;

/**
 * The client with what it lacks. It connects with the first call, finds the leader, and connects anew after a failure;
 * reads and subscriptions are its own. Its appends are not used: see `BatchAppender`.
 */
export class Connection extends EventStoreDBClient {
  #channel: Channel | undefined;

  constructor({ nodes, channel, login }: ServerAddress) {
    // The overloads take each kind of address by itself, the implementation takes them all.
    super(nodes as Nodes & { readonly endpoint: string }, channel, login);
    this.#forgiveFailedReconnects();
    this.#rememberChannel();
  }

  /**
   * The stream over which appends go: many at once, each answered by its correlation id. `listen` is given it before
   * anything can happen on it.
   */
  async openBatchStream(listen: (stream: BatchStream) => void): Promise<BatchStream> {
    return this.GRPCStreamCreator(StreamsClient, 'batchAppend', (client) => {
      const stream = client.batchAppend(...this.callArguments({ requiresLeader: true }, { deadline: Infinity }));
      listen(stream);
      return stream;
    })();
  }

  async close(): Promise<void> {
    await this.dispose();
    this.#channel?.close();
  }

  /**
   * The client reacts to a failed call in a promise that nobody waits for. Where the search for another node fails
   * meanwhile, that promise rejects, and an unhandled rejection ends the process.
   */
  #forgiveFailedReconnects(): void {
    const { handleError } = this;
    this.handleError = async (client, error) => {
      await handleError(client, error).catch(() => undefined);
    };
  }

  /** `dispose` ends the streams and leaves the socket open. */
  #rememberChannel(): void {
    const { getChannel } = this;
    this.getChannel = async () => {
      this.#channel = await getChannel();
      return this.#channel;
    };
  }
}
