import { PostgresEngineError } from '../postgres-engine-error.ts';

/** By its shape, because errors of the platform are made elsewhere than ours. */
interface Failure {
  readonly message: string;
  readonly code?: unknown;
  /** One for each address that was tried. */
  readonly errors?: readonly unknown[];
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE']);
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
]);
/** What the driver says when a connection ends under it; it has no code for these. */
const ENDED = /^Connection terminated|^Client has encountered a connection error|^Connection ended|not queryable/;
const SILENT = /timeout exceeded when trying to connect|Query read timeout|due to connection timeout|^timeout expired$/;

/**
 * What went wrong between us and the server, in words for its operator; any other error as it is. `server` is how the
 * server is called in messages: never with a password.
 */
export function explainedFailure(error: unknown, server: string): unknown {
  if (!isFailure(error) || error instanceof PostgresEngineError) return error;
  return explained(error, server) ?? error;
}

/** True when the connection on which it happened is of no further use. */
export function endsConnection(error: unknown): boolean {
  return (
    error instanceof PostgresEngineError &&
    ['postgres-unreachable', 'postgres-not-answering', 'postgres-tls-refused', 'postgres-login-refused'].includes(error.code)
  );
}

function explained(error: Failure, server: string): PostgresEngineError | undefined {
  const { message } = error;
  const code = typeof error.code === 'string' ? error.code : '';
  const fault = (name: string, text: string): PostgresEngineError => new PostgresEngineError(name, text, error);
  const [first] = error.errors ?? [];
  if (isFailure(first)) return explained(first, server);

  if (UNTRUSTED.has(code) || message.includes('does not support SSL') || message.includes('no encryption'))
    return fault(
      'postgres-tls-refused',
      `${server}: TLS does not come about (${message}). Check sslmode and sslrootcert in DATABASE_URL, and the server's certificate`,
    );
  if (code === '28P01' || code === '28000')
    return fault('postgres-login-refused', `${server} refuses the login (${message}). Check user and password in DATABASE_URL`);
  if (code === '3D000')
    return fault('postgres-database-missing', `${server}: ${message}. Create the database, or name another one in DATABASE_URL`);
  if (code === '53300')
    return fault(
      'postgres-too-many-connections',
      `${server} takes no more connections (${message}). Raise max_connections, or run fewer processes`,
    );
  if (code === '53100') return fault('postgres-disk-full', `${server} has no room left on its disk (${message}). Make room there`);
  if (code === '42501')
    return fault('postgres-right-missing', `${server}: ${message}. Give the user CREATE on the database, or make the schema for it`);
  if (code === '25006')
    return fault('postgres-read-only', `${server} only lets itself be read (${message}). Name the primary server in DATABASE_URL`);
  if (SILENT.test(message) || code === '57014')
    return fault('postgres-not-answering', `${server} does not answer in time (${message}). Look at its load and at the network`);
  // Class 08: connection; 57P0x: shutting down, crashed, starting up.
  if (UNREACHABLE.has(code) || /^08|^57P0[1-5]$/.test(code) || ENDED.test(message))
    return fault('postgres-unreachable', `${server} cannot be reached (${message || code}). Check that it runs, and host and port`);
  return undefined;
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}
