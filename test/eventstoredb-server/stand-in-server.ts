import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { IGossipServer } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { IServerFeaturesServer } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { append } from './append-call.ts';
import { batchAppend, unimplementedBatchAppend } from './batch-append-call.ts';
import type { CallContext, WayToDrop } from './call-context.ts';
import { clusterInfo, supportedMethods } from './cluster-calls.ts';
import type { Member } from './cluster-calls.ts';
import { deleteStream, tombstoneStream } from './delete-calls.ts';
import { Faults } from './faults.ts';
import { read } from './read-call.ts';
import { rpcErrors } from './rpc-errors.ts';
import { StandInLog } from './stand-in-log.ts';

const HOST = '127.0.0.1';

export interface StandInServerOptions {
  readonly log?: StandInLog;
  readonly faults?: Faults;
  /** 0: any free one. */
  readonly port?: number;
  /** The server's own default up to version 25.0. */
  readonly maxAppendSize?: number;
  /** What gossip tells; default: this node alone, as leader. */
  readonly members?: () => readonly Member[];
}

/**
 * A stand-in for EventStoreDB in tests: the real protocol, for the real client, over a real socket, with a log of a few
 * hundred lines behind it and levers to make it fail. Never an engine.
 */
export class StandInServer {
  readonly log: StandInLog;
  readonly faults: Faults;
  readonly #grpc = new GrpcServer({
    // An append of events at the limit comes in parts of 3 MiB.
    'grpc.max_receive_message_length': 17 * 1024 * 1024,
    'grpc.max_send_message_length': -1,
  });
  readonly #tcp: TcpServer;
  readonly #sockets = new Set<Socket>();
  readonly #drops = new Set<(how: WayToDrop) => void>();
  readonly #id = randomUUID();
  #held: (() => void)[] | undefined;
  #stalledReaders = 0;
  #whenStalled: (() => void)[] = [];
  /** Events that went out over reads and subscriptions. */
  eventsSent = 0;

  private constructor({ log, faults, maxAppendSize = 1024 * 1024, members }: StandInServerOptions) {
    this.log = log ?? new StandInLog();
    this.faults = faults ?? new Faults();
    this.#addServices(this.#context(maxAppendSize), members ?? (() => [this.#member()]));
    const injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#tcp = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
      socket.setNoDelay(true);
      injector.injectConnection(socket);
    });
  }

  static async start(options: StandInServerOptions = {}): Promise<StandInServer> {
    const server = new StandInServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#tcp.once('error', reject).listen(options.port ?? 0, HOST, resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#tcp.address() as AddressInfo).port;
  }

  /** What `EVENT_STORE_URL` would be. */
  get url(): string {
    return `esdb://${HOST}:${this.port}?tls=false`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** As a node that dies: connections are reset, nothing is answered any more. The log is as it was. */
  async kill(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#tcp.close(() => resolve()));
    this.resetConnections();
    this.#grpc.forceShutdown();
    await closed;
  }

  resetConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  dropSubscriptions(how: WayToDrop): void {
    for (const drop of this.#drops) drop(how);
  }

  /** From now on appends are taken, but not written and not answered. */
  holdAppends(): void {
    this.#held ??= [];
  }

  /** Writes and answers what was held, in order. */
  releaseAppends(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const write of held) write();
  }

  /** Resolves when a reader has stopped taking what is sent to it. */
  async untilReaderStalls(): Promise<void> {
    if (this.#stalledReaders > 0) return;
    await new Promise<void>((resolve) => this.#whenStalled.push(resolve));
  }

  #member(): Member {
    return { id: this.#id, host: HOST, port: this.port, isLeader: true };
  }

  #context(maxAppendSize: number): CallContext {
    const { faults } = this;
    const notLeader = (): ServiceError => rpcErrors.notLeader(faults.leader.host, faults.leader.port);
    return {
      log: this.log,
      faults,
      maxAppendSize,
      refusalOfAppend: () => {
        if (faults.strikes('append-unavailable')) return rpcErrors.unavailable();
        return faults.strikes('append-not-leader') ? notLeader() : undefined;
      },
      refusalOfRead: () => {
        if (faults.strikes('read-unavailable')) return rpcErrors.unavailable();
        if (faults.strikes('read-unauthenticated')) return rpcErrors.unauthenticated();
        return faults.strikes('read-not-leader') ? notLeader() : undefined;
      },
      later: (send) => {
        if (faults.delayMs > 0) setTimeout(send, faults.delayMs);
        else send();
      },
      whenReleased: (write) => {
        if (this.#held) this.#held.push(write);
        else write();
      },
      resetConnections: () => this.resetConnections(),
      sent: () => {
        this.eventsSent += 1;
      },
      stalled: (isStalled) => {
        this.#stalledReaders += isStalled ? 1 : -1;
        if (isStalled) for (const resolve of this.#whenStalled.splice(0)) resolve();
      },
      onDrop: (drop) => {
        this.#drops.add(drop);
        return () => this.#drops.delete(drop);
      },
    };
  }

  #addServices(context: CallContext, members: () => readonly Member[]): void {
    const streams: IStreamsServer = {
      append: (call, answer) => append(call, answer, context),
      batchAppend: (call) => {
        if (context.faults.strikes('append-unimplemented')) unimplementedBatchAppend(call);
        else batchAppend(call, context);
      },
      read: (call) => read(call, context),
      delete: (call, answer) => deleteStream(call, answer, context),
      tombstone: (call, answer) => tombstoneStream(call, answer, context),
    };
    const features: IServerFeaturesServer = {
      getSupportedMethods: (_call, answer) => answer(null, supportedMethods([StreamsService, ServerFeaturesService, GossipService])),
    };
    const gossip: IGossipServer = { read: (_call, answer) => answer(null, clusterInfo(members())) };
    this.#grpc.addService(StreamsService, streams);
    this.#grpc.addService(ServerFeaturesService, features);
    this.#grpc.addService(GossipService, gossip);
  }
}
