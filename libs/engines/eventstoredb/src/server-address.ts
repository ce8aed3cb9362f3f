import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
  ChannelCredentialOptions,
  Credentials,
  DNSClusterOptions,
  GossipClusterOptions,
  SingleNodeOptions,
} from '@eventstore/db-client';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import type { ConnectionOptions } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { EventStoreDbError } from './event-store-db-error.ts';

export type Nodes = DNSClusterOptions | GossipClusterOptions | SingleNodeOptions;

export interface ServerAddress {
  readonly nodes: Nodes;
  readonly channel: ChannelCredentialOptions;
  readonly login: Credentials | undefined;
  /** For people: without login and options. */
  readonly host: string;
}

/**
 * What a connection string asks for. The client can parse one itself, but then makes a client of its own class of it,
 * and some of what it does there is a warning on the console where it should be an error.
 *
 * @throws EventStoreDbError `event-store-url-invalid`
 */
export function serverAddress(url: string): ServerAddress {
  refuseWhatTheClientWarnsAbout(url);
  const options = parsed(url);
  if (options.hosts.length === 0) throw invalid('it names no host');
  if ((options.userCertFile === undefined) !== (options.userKeyFile === undefined)) {
    throw invalid('userCertFile and userKeyFile go together');
  }
  return {
    nodes: nodesOf(options),
    channel: {
      insecure: options.tls === false,
      ...(options.tlsCAFile !== undefined && { rootCertificate: fileOf('tlsCAFile', options.tlsCAFile) }),
      ...(options.userCertFile !== undefined && { userCertFile: fileOf('userCertFile', options.userCertFile) }),
      ...(options.userKeyFile !== undefined && { userKeyFile: fileOf('userKeyFile', options.userKeyFile) }),
    },
    login: options.defaultCredentials,
    host: options.hosts.map(({ address, port }) => `${address}:${port}`).join(', '),
  };
}

const OPTIONS: readonly string[] = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'throwOnAppendFailure',
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
];

/** Its warnings go to the console with the whole string, password and all. */
function refuseWhatTheClientWarnsAbout(url: string): void {
  const flat = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, '');
  const known = new Set(OPTIONS.map(flat));
  for (const pair of (/\?(.*)$/.exec(url)?.[1] ?? '').split('&').filter((each) => each !== '')) {
    const [name = '', value = ''] = pair.split('=');
    if (!known.has(flat(name))) throw invalid(`it has no option of this name; those that there are: ${OPTIONS.join(', ')}`);
    if (flat(name) === 'tlsverifycert' && value.trim() === 'false') {
      throw invalid('the client cannot switch the check of certificates off (tlsVerifyCert=false): name the CA by tlsCAFile instead');
    }
    if (flat(name) === 'keepaliveinterval' && Number(value) >= 0 && Number(value) < 10_000) {
      throw invalid('keepAliveInterval is at least 10000 (ms), or -1 for none');
    }
  }
}

function parsed(url: string): ConnectionOptions {
  try {
    return parseConnectionString(url);
  } catch (error) {
    // The client's message quotes the string from the fault on, which can be in the middle of a password.
    throw invalid('it does not read as one', error);
  }
}

function nodesOf({ hosts, dnsDiscover, ...options }: ConnectionOptions): Nodes {
  const { tls: _tls, tlsVerifyCert: _verify, tlsCAFile: _ca, userCertFile: _cert, userKeyFile: _key, ...rest } = options;
  const { defaultCredentials: _login, throwOnAppendFailure: _throw, ...client } = rest;
  if (dnsDiscover) return { ...client, discover: hosts[0]! };
  return hosts.length > 1 ? { ...client, endpoints: hosts } : { ...client, endpoint: hosts[0]! };
}

function fileOf(option: string, path: string): Buffer {
  const file = resolve(path);
  if (!existsSync(file)) throw invalid(`${option} names ${file}, and there is no such file`);
  return readFileSync(file);
}

function invalid(why: string, cause?: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-url-invalid',
    `EVENT_STORE_URL is no connection string of EventStoreDB: ${why}. Example: esdb://admin:changeit@eventstore:2113?tls=false`,
    cause instanceof Error ? new Error('not shown: it may hold the password') : cause,
  );
}
