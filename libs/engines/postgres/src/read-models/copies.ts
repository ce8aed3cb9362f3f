import { type Kysely, sql } from 'kysely';
import type { PostgresDatabase } from '../connections/postgres-database.ts';
import { ensureSchema } from '../schema/migrate-schema.ts';
import type { SharedTables } from '../schema/shared-tables.ts';

/** One copy of the read models: a schema of its own. */
export interface PostgresCopy<DB> {
  readonly name: string;
  readonly write: Kysely<DB>;
  readonly read: Kysely<DB>;
}

export interface CopiesOptions<DB> {
  /** Grows whenever the tables change: then another copy is built from the log, beside that of the older program. */
  readonly version: number;
  readonly makeTables: (db: Kysely<DB>) => Promise<void>;
  /** Also says what is in the tables, so that the server plans well from the first question on. */
  readonly makeIndexes: (db: Kysely<DB>) => Promise<void>;
}

export interface CopiesParts<DB> extends CopiesOptions<DB> {
  /** Our own schema: what a copy's is called begins with it. */
  readonly schema: string;
  readonly shared: Kysely<SharedTables>;
  readonly open: (searchPath: readonly string[], purpose: 'write' | 'read' | 'make') => PostgresDatabase<DB>;
  /** Runs the work while no process runs work under the same name. */
  readonly exclusively: <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;
  /** False while a process works with copies of that version. */
  readonly isAbandoned: (version: number) => Promise<boolean>;
}

/** A replaced copy stays for this long: other processes may be in the middle of a question. */
const KEPT_FOR = sql<string>`interval '1 minute'`;
/** Work on the list of copies; making one anew is part of it. */
const COPIES = 'read model copies';

/** The copies of the read models: which one is in use says a row, so that all processes change over in one step. */
export class PostgresCopies<DB> {
  readonly #parts: CopiesParts<DB>;
  /** Pools of copies that are not used any more hold no connections: they are closed at the end, with the others. */
  readonly #opened = new Map<string, { readonly copy: PostgresCopy<DB>; readonly databases: readonly PostgresDatabase<DB>[] }>();

  constructor(parts: CopiesParts<DB>) {
    this.#parts = parts;
  }

  /** The copy in use. Where there is none yet an empty one is made. */
  async current(): Promise<PostgresCopy<DB>> {
    const { exclusively } = this.#parts;
    const made = async (): Promise<string> => (await this.#nameOfCurrent()) ?? (await this.#makeFirst());
    return this.#open((await this.#nameOfCurrent()) ?? (await exclusively(COPIES, made)));
  }

  /** An empty copy without its indexes. */
  async beside(): Promise<PostgresCopy<DB>> {
    const { shared, version, exclusively } = this.#parts;
    const name = await exclusively(COPIES, async () => {
      const next = await this.#nextName();
      await this.#make(next);
      await shared.insertInto('read_model_copies').values({ schema: next, version, state: 'building' }).execute();
      return next;
    });
    return this.#open(name);
  }

  /** Makes a filled copy fit to be asked. */
  async complete({ name }: Pick<PostgresCopy<DB>, 'name'>): Promise<void> {
    await this.#making(name, this.#parts.makeIndexes);
  }

  async switchTo({ name }: Pick<PostgresCopy<DB>, 'name'>): Promise<void> {
    const { shared, version } = this.#parts;
    await shared.transaction().execute(async (tx) => {
      const since = sql<Date>`clock_timestamp()`;
      await tx
        .updateTable('read_model_copies')
        .set({ state: 'retired', since })
        .where('version', '=', version)
        .where('state', '=', 'current')
        .execute();
      await tx.updateTable('read_model_copies').set({ state: 'current', since }).where('schema', '=', name).execute();
    });
  }

  /** Drops what nobody uses any more: replaced copies, those of a rebuild that was broken off, those of an older program that is gone. */
  async clearAway(building?: string): Promise<void> {
    const { shared, version } = this.#parts;
    const copies = await shared
      .selectFrom('read_model_copies')
      .select(['schema', 'version', 'state'])
      .select(sql<boolean>`since < clock_timestamp() - ${KEPT_FOR}`.as('old'))
      .where('version', '<=', version)
      .execute();
    for (const copy of copies) {
      const unused = copy.version === version ? isOver(copy, building) : copy.old && (await this.#parts.isAbandoned(copy.version));
      if (unused) await this.#drop(copy.schema);
    }
  }

  async close(): Promise<void> {
    for (const { databases } of this.#opened.values()) for (const database of databases) await database.close();
  }

  async #nameOfCurrent(): Promise<string | undefined> {
    const row = await this.#parts.shared
      .selectFrom('read_model_copies')
      .select('schema')
      .where('version', '=', this.#parts.version)
      .where('state', '=', 'current')
      .executeTakeFirst();
    return row?.schema;
  }

  async #makeFirst(): Promise<string> {
    const { shared, version, makeIndexes } = this.#parts;
    const name = await this.#nextName();
    await this.#make(name);
    await this.#making(name, makeIndexes);
    await shared.insertInto('read_model_copies').values({ schema: name, version, state: 'current' }).execute();
    return name;
  }

  /** Counted on beyond every schema that is there, listed or not. */
  async #nextName(): Promise<string> {
    const { shared, schema, version } = this.#parts;
    const prefix = `${schema}_read_models_v${version}_`;
    const { rows } = await sql<{ name: string }>`
      SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, ${prefix})
      UNION SELECT schema FROM ${sql.table('read_model_copies')}`.execute(shared);
    const numbers = rows.flatMap(({ name }) => (name.startsWith(prefix) ? Number(name.slice(prefix.length)) || [] : []));
    return `${prefix}${Math.max(0, ...numbers) + 1}`;
  }

  async #make(name: string): Promise<void> {
    await ensureSchema(this.#parts.shared, name);
    await this.#making(name, this.#parts.makeTables);
  }

  /** Over a connection of its own, whose statements may take as long as they take. */
  async #making(name: string, work: (db: Kysely<DB>) => Promise<void>): Promise<void> {
    const database = this.#parts.open([name, this.#parts.schema], 'make');
    try {
      await work(database.queries);
    } finally {
      await database.close();
    }
  }

  async #drop(name: string): Promise<void> {
    await sql`DROP SCHEMA IF EXISTS ${sql.id(name)} CASCADE`.execute(this.#parts.shared);
    await this.#parts.shared.deleteFrom('read_model_copies').where('schema', '=', name).execute();
  }

  #open(name: string): PostgresCopy<DB> {
    const opened = this.#opened.get(name);
    if (opened) return opened.copy;
    const searchPath = [name, this.#parts.schema];
    const write = this.#parts.open(searchPath, 'write');
    const read = this.#parts.open(searchPath, 'read');
    const copy = { name, write: write.queries, read: read.queries };
    this.#opened.set(name, { copy, databases: [write, read] });
    return copy;
  }
}

function isOver({ schema, state, old }: { schema: string; state: string; old: boolean }, building: string | undefined): boolean {
  return (state === 'retired' && old) || (state === 'building' && schema !== building);
}
