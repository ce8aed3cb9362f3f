import { type ClientConfig, TypeOverrides, types } from 'pg';

export interface ConnectionSettings {
  readonly url: string;
  /** Seen in the server's `pg_stat_activity`. */
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** A statement that takes longer is ended by the server. 0: none is. */
  readonly statementTimeoutMs: number;
  /** Where names without a schema are looked for, and where tables are made: in the first of them. */
  readonly searchPath: readonly string[];
}

const { INT8 } = types.builtins;
/** For what the server does about a statement that takes too long, until its word is here. */
const GRACE_MS = 5_000;

/** Whole numbers of 64 bits as numbers: positions of a log stay far below 2^53, and whatever does not is refused, not rounded. */
function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is beyond 2^53: read it as text`);
  return number;
}

const asNumbers = new TypeOverrides();
asNumbers.setTypeParser(INT8, wholeNumber);

/** What the driver is told for a connection. Dead peers are noticed by both ends within about a quarter of a minute. */
export function clientConfig({ url, applicationName, connectTimeoutMs, statementTimeoutMs, searchPath }: ConnectionSettings): ClientConfig {
  const path = searchPath.map((schema) => schema.replaceAll(/[\\ ]/g, '\\$&')).join(',');
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    options: `-c search_path=${path} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c client_min_messages=warning`,
    types: asNumbers,
    ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + GRACE_MS }),
  };
}

/** How a server is called in messages. */
export function nameOfServer(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `the PostgreSQL server at ${host || 'the default address'}${pathname.length > 1 ? ` (database ${decodeURIComponent(pathname.slice(1))})` : ''}`;
  } catch {
    return 'the PostgreSQL server';
  }
}
