import type { Compilable, CompiledQuery } from 'kysely';
import type { ReadModelTransaction } from './projection-storage.ts';
import { isPostgres } from './schema.ts';
import type { StatementForArrays } from './statement-for-arrays.ts';

/** Rows a statement: well below every engine's bound on parameters. */
const SIZES = [128, 64, 32, 16, 8, 4, 2, 1] as const;

/**
 * One statement over many rows. Compiling a statement takes Kysely longer than running it takes SQLite, so it is
 * compiled once for each of a few sizes; an instance belongs to one database. Rows are split among the sizes.
 */
export class StatementForRows<Row extends object> {
  readonly #parameters: readonly (keyof Row)[];
  readonly #build: (tx: ReadModelTransaction, rows: readonly Row[]) => Compilable;
  readonly #onPostgres: StatementForArrays<Row>;
  readonly #compiled = new Map<number, CompiledQuery>();

  /**
   * `parameters`: the row's columns in the order in which they stand as parameters in the statement that `build` makes of
   * rows. `onPostgres`: the same statement in the form that PostgreSQL carries out fastest.
   */
  constructor(
    parameters: readonly (keyof Row)[],
    onPostgres: StatementForArrays<Row>,
    build: (tx: ReadModelTransaction, rows: readonly Row[]) => Compilable,
  ) {
    this.#parameters = parameters;
    this.#onPostgres = onPostgres;
    this.#build = build;
  }

  async execute(tx: ReadModelTransaction, rows: readonly Row[]): Promise<void> {
    if (isPostgres(tx)) return this.#onPostgres.execute(tx, rows);
    let done = 0;
    for (const size of SIZES) {
      for (; rows.length - done >= size; done += size) await this.#run(tx, rows.slice(done, done + size));
    }
  }

  async #run(tx: ReadModelTransaction, rows: readonly Row[]): Promise<void> {
    let statement = this.#compiled.get(rows.length);
    if (!statement) {
      statement = this.#build(tx, rows).compile();
      if (statement.parameters.length !== rows.length * this.#parameters.length)
        throw new Error('the statement has other parameters than its rows have columns');
      this.#compiled.set(rows.length, statement);
    }
    const parameters: unknown[] = [];
    for (const row of rows) for (const name of this.#parameters) parameters.push(row[name]);
    await tx.executeQuery({ ...statement, parameters });
  }
}
