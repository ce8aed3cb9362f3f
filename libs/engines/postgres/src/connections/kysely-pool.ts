import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { PostgresEngineError } from '../postgres-engine-error.ts';
import { endsConnection, explainedFailure } from './explained-failure.ts';

/**
 * The driver's pool as Kysely takes it. What goes wrong with a connection is explained, and a connection on which it
 * did is thrown away: the driver would hand one that still waits for an answer to the next who asks.
 */
export function kyselyPool(pool: Pool, server: string): PostgresPool {
  return {
    options: pool.options,
    async connect() {
      try {
        return new ExplainingClient(await pool.connect(), server);
      } catch (error) {
        throw explainedFailure(error, server);
      }
    },
    end: () => pool.end(),
  };
}

class ExplainingClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #server: string;
  #broken: Error | undefined;

  constructor(client: PoolClient, server: string) {
    this.#client = client;
    this.#server = server;
  }

  query<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  query<Row>(
    asked: string | PostgresCursor<Row>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<Row>> | PostgresCursor<Row> {
    if (typeof asked !== 'string') throw new Error('no rows are streamed here');
    return this.#ask(asked, parameters);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy === true || this.#broken !== undefined);
  }

  async #ask<Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    if (this.#broken) throw this.#broken;
    try {
      return (await this.#client.query(sql, [...parameters])) as unknown as PostgresQueryResult<Row>;
    } catch (error) {
      const fault = explainedFailure(error, this.#server);
      if (fault instanceof PostgresEngineError && endsConnection(fault)) this.#broken = fault;
      throw fault;
    }
  }
}
