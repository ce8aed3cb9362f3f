import { ErrorType, convertToCommandError, isCommandError } from '@eventstore/db-client';
import { EventStoreDbError } from './event-store-db-error.ts';

/** Statuses of gRPC that the client has no error class of its own for. */
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

const TLS_TROUBLE = /certificate|self[- ]signed|wrong version number|EPROTO|ERR_TLS|SSL routines/i;
const NO_LEADER = /No leader info available/i;
const NOT_DISCOVERED = /^Failed to discover/;

/** What the client or gRPC threw, as a fault that says what to do. `host` names the server without its login. */
export function failureOf(error: unknown, host: string): EventStoreDbError {
  if (error instanceof EventStoreDbError) return error;
  const known = error instanceof Error ? convertToCommandError(error) : undefined;
  const message = known?.message ?? String(error);
  if (known === undefined || !isCommandError(known)) {
    return NOT_DISCOVERED.test(message) ? unreachable(host, message, error) : failed(host, message, error);
  }
  const status: number | undefined = known.code;
  switch (known.type) {
    case ErrorType.UNAVAILABLE:
    case ErrorType.CANCELLED:
      return TLS_TROUBLE.test(message) ? tlsTrouble(host, message, error) : unreachable(host, message, error);
    case ErrorType.ACCESS_DENIED:
      return status === UNAUTHENTICATED ? loginRefused(host, error) : accessDenied(host, error);
    case ErrorType.NOT_LEADER:
      return notLeader(host, message, error);
    case ErrorType.TIMEOUT:
    case ErrorType.DEADLINE_EXCEEDED:
      return timedOut(host, message, error);
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
      return tooLarge(known.maxAppendSize, error);
    case ErrorType.STREAM_DELETED:
      return streamDeleted(known.streamName, error);
    default:
      if (status === UNIMPLEMENTED) return tooOld(host, error);
      if (status === PERMISSION_DENIED) return accessDenied(host, error);
      return NO_LEADER.test(message) ? notLeader(host, message, error) : failed(host, message, error);
  }
}

export function timedOut(host: string, what: string, cause?: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-timeout',
    `EventStoreDB at ${host} did not answer in time (${what}): look at its load and its log; what was asked for may be asked again`,
    cause,
  );
}

export function accessDenied(host: string, cause?: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-access-denied',
    `EventStoreDB at ${host} does not let this user read or write: give it the rights ($all has to be readable), or name another user in EVENT_STORE_URL`,
    cause,
  );
}

export function notLeader(host: string, message: string, cause?: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-not-leader',
    `EventStoreDB at ${host} is not its cluster's leader, or there is none at the moment (${message}): it is tried again; name all nodes or esdb+discover:// in EVENT_STORE_URL`,
    cause,
  );
}

export function tooLarge(limit: number, cause?: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'append-too-large',
    `EventStoreDB takes at most ${limit} bytes in one append and nothing was written: write less at once, or raise the server's MaxAppendSize`,
    cause,
  );
}

export function streamDeleted(streamId: string, cause?: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'stream-deleted',
    `stream ${streamId} was deleted in EventStoreDB by somebody else than this service, which never deletes: restore the log from a backup`,
    cause,
  );
}

export function failed(host: string, message: string, cause?: unknown): EventStoreDbError {
  return new EventStoreDbError('event-store-failed', `EventStoreDB at ${host} failed (${message}): look at its log`, cause);
}

function unreachable(host: string, message: string, cause: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-unreachable',
    `EventStoreDB at ${host} cannot be reached (${message}): check that it runs and EVENT_STORE_URL names it; a server without TLS needs ?tls=false, one with TLS must not have it`,
    cause,
  );
}

function tlsTrouble(host: string, message: string, cause: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-tls',
    `EventStoreDB at ${host} and this service do not agree on TLS (${message}): name the server's CA by ?tlsCAFile=, or add ?tls=false where the server has no TLS`,
    cause,
  );
}

function loginRefused(host: string, cause: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-login-refused',
    `EventStoreDB at ${host} refused the login: check user and password in EVENT_STORE_URL (special characters percent-encoded)`,
    cause,
  );
}

function tooOld(host: string, cause: unknown): EventStoreDbError {
  return new EventStoreDbError(
    'event-store-too-old',
    `EventStoreDB at ${host} does not know what this service asks of it: run version 22.10 or newer`,
    cause,
  );
}
