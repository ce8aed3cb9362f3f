import { CompiledQuery } from 'kysely';
import type { ReadModelTransaction } from './projection-storage.ts';

export type ColumnType = 'bigint' | 'integer' | 'text';

/** A row's columns as they are given, each with its type in PostgreSQL. */
export type ColumnTypes<Row extends object> = { readonly [Name in keyof Row & string]?: ColumnType };

/** Rows a statement: what one message to the server may well hold. */
const MOST_ROWS = 1_000;

/**
 * One statement over many rows for PostgreSQL: a parameter for each column, which is the array of its values. The
 * server reads and plans such a text much faster than one with a parameter for each value, and it is the same text for
 * any number of rows.
 */
export class StatementForArrays<Row extends object> {
  readonly #names: readonly (keyof Row & string)[];
  readonly #text: string;

  /** `textOf` makes the statement of what stands for the rows: a table in which they have their names. */
  constructor(columns: ColumnTypes<Row>, textOf: (given: string) => string) {
    this.#names = Object.keys(columns) as (keyof Row & string)[];
    const arrays = this.#names.map((name, index) => `$${index + 1}::${columns[name]!}[]`);
    this.#text = textOf(`unnest(${arrays.join(', ')}) AS given (${quoted(this.#names)})`);
  }

  async execute(tx: ReadModelTransaction, rows: readonly Row[]): Promise<void> {
    for (let from = 0; from < rows.length; from += MOST_ROWS) {
      const some = rows.slice(from, from + MOST_ROWS);
      await tx.executeQuery(CompiledQuery.raw(this.#text, [...this.#names.map((name) => some.map((row) => row[name]))]));
    }
  }
}

/** The text that inserts rows, or changes those that are there already by `change`. */
export function upsertText<Row extends object>(
  table: string,
  columns: ColumnTypes<Row>,
  key: readonly string[],
  changes: readonly string[],
): (given: string) => string {
  const names = quoted(Object.keys(columns));
  return (given) =>
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${given} ON CONFLICT (${quoted(key)}) DO UPDATE SET ${changes.join(', ')}`;
}

/** The columns get the values that were given. */
export function replaced(names: readonly string[]): readonly string[] {
  return names.map((name) => `"${name}" = excluded."${name}"`);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
