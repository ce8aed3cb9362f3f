import type { Generated, Insertable } from 'kysely';

/** Sorts after every real moment: stands for "never", so that every sorted column has a value. */
export const NEVER = '9999-12-31T23:59:59.999Z';

/**
 * One row a migration: what lists filter and sort by, and nothing else, because some questions look at all of them.
 * Drivers give whole numbers as numbers, those of 64 bits too: positions of a log stay far below 2^53.
 */
export interface MigrationsTable {
  /**
   * The position of its first event: a number for the order of registration, the same in every rebuild. As the key it
   * makes all indexes small, because they end with it and not with a GUID of 36 characters.
   */
  seq: number;
  customer_name: string;
  wave: string | null;
  stage: string;
  is_open: number;
  gap: number;
  act_from: string;
  /** Never after `act_from`: what one is to act on is to be watched, so that one range of an index has both. */
  watch_from: string;
  last_safe: string;
  first_end: string;
  /** A bit for each program that a line has (see `programBits`). */
  programs: number;
  updated_at: string;
  /** When the open invitation went out; null when none is open. */
  invited_at: string | null;
}

/** The folded state from which every view of a migration is made. */
export interface MigrationStatesTable {
  /** As in `migrations`. */
  seq: number;
  id: string;
  /** Name, domain and tenant id in lower case. Never changes: the search index is told of new rows only. */
  search: string;
  version: number;
  /** What many migrations have in common, in `terms`. */
  terms: number;
  /** What neither the row of `migrations` nor `terms` says (see migration-text.ts). */
  state: string;
}

/** Texts that the states of many migrations would repeat: partner, policy, invitation link. Rows are added, never changed. */
export interface TermsTable {
  id: Generated<number>;
  text: string;
}

/** Whatever answers `search like '%…%'` fast: an index of trigrams where the engine has one, else a view of `migration_states`. */
export interface MigrationSearchTable {
  rowid: number;
  search: string;
}

/**
 * Pending automatic work; what follows `ready_at` is the executor's books, not the projection's. A to-do's id is its
 * migration's id, a colon, and `key`, which begins with the kind: nothing of it is stored twice.
 */
export interface ToDosTable {
  n: Generated<number>;
  /** The migration's `seq`. */
  migration: number;
  key: string;
  /** When it is due, or what the executor settled on. */
  ready_at: string;
  attempts: Generated<number>;
  last_error: string | null;
  owner: string | null;
  lease_until: string | null;
}

/** A to-do that a migration's events bring, or take away. */
export type DueToDo = Pick<Insertable<ToDosTable>, 'migration' | 'key' | 'ready_at'>;
export type GoneToDo = Pick<DueToDo, 'migration' | 'key'>;

/** Sums over all migrations, kept by difference: an overview never reads all rows. */
export interface TalliesTable {
  kind: string;
  key: string;
  migrations: number;
  seats: number;
}

export interface DeadLettersTable {
  id: string;
  key: string;
  reason: string;
  detail: string;
  parked_at: string;
  position: string;
  message: string;
}

export interface ImportsTable {
  id: string;
  state: string;
  dry_run: number;
  rows: number;
  accepted: number;
  rejected: number;
  duplicates: number;
  received_at: string;
  updated_at: string;
  detail: string | null;
}

export interface ImportRowsTable {
  import_id: string;
  line: number;
  outcome: string;
  /** JSON: code, column, hint, warnings, migrationId. */
  report: string;
}

export interface CheckpointsTable {
  name: string;
  /** Decimal text: positions may exceed what the driver returns as a number. */
  position: string;
  owner: string;
}

/** Rows that cannot be rebuilt from the log and that losing costs no more than a repeated question. */
export interface IdempotencyKeysTable {
  key: string;
  fingerprint: string;
  answered_at: string;
  status: number | null;
  headers: string | null;
  body: string | null;
}

/** Up to where the log is published. */
export interface RelayTable {
  name: string;
  /** Decimal text. */
  position: string;
}

/** Who has work of a migration in hand, where several processes share the rows: at most one. */
export interface ToDoClaimsTable {
  /** The migration's id. */
  subject: string;
  /** The to-do's `key`. */
  to_do: string;
  owner: string;
  /** On the server's clock. */
  lease_until: Date;
}

export interface ReadModelTables {
  migrations: MigrationsTable;
  migration_states: MigrationStatesTable;
  terms: TermsTable;
  migration_search: MigrationSearchTable;
  to_dos: ToDosTable;
  tallies: TalliesTable;
  dead_letters: DeadLettersTable;
  imports: ImportsTable;
  import_rows: ImportRowsTable;
  checkpoints: CheckpointsTable;
  idempotency_keys: IdempotencyKeysTable;
  relay: RelayTable;
  to_do_claims: ToDoClaimsTable;
}
