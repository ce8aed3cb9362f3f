import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

function rpcError(code: status, details: string, trailers: Record<string, string> = {}): ServiceError {
  const metadata = new Metadata();
  // Trailers are ASCII: a stream's name of other letters stays out.
  for (const [name, value] of Object.entries(trailers)) if (/^[\x20-\x7e]*$/.test(value)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export const rpcErrors = {
  streamDeleted: (streamId: string) =>
    rpcError(status.FAILED_PRECONDITION, 'Event stream is deleted.', { exception: 'stream-deleted', 'stream-name': streamId }),
  wrongRevision: (streamId: string, expected: number | string, actual: number) =>
    rpcError(status.FAILED_PRECONDITION, `WrongExpectedVersion. Stream: ${streamId}`, {
      exception: 'wrong-expected-version',
      'stream-name': streamId,
      'expected-version': String(expected),
      'actual-version': String(actual),
    }),
  tooLarge: (limit: number) =>
    rpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(limit),
    }),
  notLeader: (host: string, port: number) =>
    rpcError(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  accessDenied: () => rpcError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  unauthenticated: () => rpcError(status.UNAUTHENTICATED, 'Unauthenticated'),
  unavailable: () => rpcError(status.UNAVAILABLE, 'Server Is Not Ready'),
  cancelled: () => rpcError(status.CANCELLED, 'The server is shutting down'),
  invalid: (why: string) => rpcError(status.INVALID_ARGUMENT, why),
  invalidPosition: () => rpcError(status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition'),
  unimplemented: () => rpcError(status.UNIMPLEMENTED, 'The server does not implement the method'),
};

export function asServiceError(error: unknown): ServiceError {
  if (error instanceof Error && 'code' in error && 'metadata' in error) return error as ServiceError;
  return rpcError(status.UNKNOWN, `Exception was thrown by handler. ${String(error)}`);
}
