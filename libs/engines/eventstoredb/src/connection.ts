import type { Readable } from 'node:stream';
import type { Channel, ClientDuplexStream } from '@grpc/grpc-js';
import { EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client';
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
    this.#letMissingStreamsEnd();
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

  /**
   * The client tears up the call by which it learns that there is no such stream, although the server is about to end it.
   * Servers take many torn calls for an attack and close the connection, with all that is on its way: an import looks for
   * thousands of streams that are not there yet. Here such a call comes to its end.
   */
  #letMissingStreamsEnd(): void {
    const { GRPCStreamCreator } = this;
    this.GRPCStreamCreator = (client, name, create, cache) => {
      const open = GRPCStreamCreator(client, name, create, cache);
      if (name !== 'readStream') return open;
      return async () => {
        const stream = await open();
        endsWhenMissing(stream as Readable);
        return stream;
      };
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

function endsWhenMissing(call: Readable): void {
  const destroy = call.destroy.bind(call);
  call.destroy = (error) => {
    if (!(error instanceof StreamNotFoundError)) return destroy(error);
    call.emit('error', error);
    // Nobody reads it any more, and what is not read does not end.
    call.unpipe();
    return call.resume();
  };
}
