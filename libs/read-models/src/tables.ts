import type { Generated } from 'kysely';

/** Sorts after every real moment: stands for "never", so that every sorted column has a value. */
export const NEVER = '9999-12-31T23:59:59.999Z';

/** One row a migration: what lists filter and sort by, and the folded state from which every view is made. */
export interface MigrationsTable {
  id: string;
  customer_tenant_id: string;
  customer_name: string;
  wave: string | null;
  stage: string;
  is_open: number;
  gap: number;
  act_from: string;
  watch_from: string;
  last_safe: string;
  first_end: string;
  /** `,web-direct,ea,`: searched by `like`. */
  programs: string;
  /** Name, domain and tenant id in lower case. */
  search: string;
  registered_at: string;
  updated_at: string;
  /** When the open invitation went out; null when none is open. */
  invited_at: string | null;
  version: number;
  state: string;
}

/** Pending automatic work; the last five columns are the executor's books, not the projection's. */
export interface ToDosTable {
  id: string;
  migration_id: string;
  kind: string;
  original_id: string | null;
  due_at: string;
  /** The later of `due_at` and what the executor settled on. */
  ready_at: string;
  attempts: Generated<number>;
  last_error: string | null;
  owner: string | null;
  lease_until: string | null;
}

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

export interface ReadModelTables {
  migrations: MigrationsTable;
  to_dos: ToDosTable;
  tallies: TalliesTable;
  dead_letters: DeadLettersTable;
  imports: ImportsTable;
  import_rows: ImportRowsTable;
  checkpoints: CheckpointsTable;
  idempotency_keys: IdempotencyKeysTable;
}
