import type { Refusal } from '#kernel';

/** The rules forbid the command. */
export class CommandRefused extends Error {
  readonly code: string;
  constructor(
    readonly refusal: Refusal,
    /** The migration that stands in the way, where the command itself names none. */
    readonly migrationId?: string,
  ) {
    super(`${refusal.code}: ${refusal.detail}`);
    this.code = refusal.code;
  }
}

/** The sender has seen another revision than the one that stands in the log. */
export class RevisionStale extends Error {
  readonly code = 'revision-stale';
  constructor(readonly revision: number) {
    super(`the migration stands at revision ${revision}: read it again, then decide`);
  }
}

export class MigrationUnknown extends Error {
  readonly code = 'migration-unknown';
  constructor(readonly migrationId: string) {
    super(`there is no migration ${migrationId}: list them with GET /v1/migrations`);
  }
}

/** The command names something that the outside does not know or describes otherwise. */
export class CommandUnusable extends Error {
  constructor(
    readonly code: string,
    readonly pointer: string,
    detail: string,
  ) {
    super(detail);
  }
}
