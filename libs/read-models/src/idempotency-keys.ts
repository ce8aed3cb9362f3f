import type { Kysely } from 'kysely';
import { type Instant, plusDays } from '#kernel';
import type { ReadModelTables } from './tables.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type KeyClaim =
  | { readonly kind: 'first' }
  /** The same request had this answer. */
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  /** The same request is being answered, or its answer was lost with a crash: carry it out again under the same command id. */
  | { readonly kind: 'unanswered' }
  /** The key came with another request before. */
  | { readonly kind: 'other-request' };

const KEPT_DAYS = 7;

/** Remembers what a key was answered. Losing it costs nothing that matters: the command's id is derived from the key. */
export function createIdempotencyKeys(db: Kysely<ReadModelTables>) {
  return {
    async claim(key: string, fingerprint: string, now: Instant): Promise<KeyClaim> {
      const claimed = await db
        .insertInto('idempotency_keys')
        .values({ key, fingerprint, answered_at: now, status: null, headers: null, body: null })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirst();
      if (claimed.numInsertedOrUpdatedRows === 1n) return { kind: 'first' };
      const known = await db.selectFrom('idempotency_keys').selectAll().where('key', '=', key).executeTakeFirst();
      if (!known) return { kind: 'unanswered' };
      if (known.fingerprint !== fingerprint) return { kind: 'other-request' };
      if (known.status === null) return { kind: 'unanswered' };
      return {
        kind: 'answered',
        answer: { status: known.status, headers: JSON.parse(known.headers ?? '{}') as Record<string, string>, body: known.body ?? '' },
      };
    },
    async keep(key: string, answer: KeptAnswer, now: Instant): Promise<void> {
      await db
        .updateTable('idempotency_keys')
        .set({ status: answer.status, headers: JSON.stringify(answer.headers), body: answer.body, answered_at: now })
        .where('key', '=', key)
        .execute();
    },
    /** A request that failed on our side may be sent again as if it had never come. */
    async release(key: string): Promise<void> {
      await db.deleteFrom('idempotency_keys').where('key', '=', key).where('status', 'is', null).execute();
    },
    async forgetOld(now: Instant): Promise<void> {
      await db.deleteFrom('idempotency_keys').where('answered_at', '<', plusDays(now, -KEPT_DAYS)).execute();
    },
  };
}

export type IdempotencyKeys = ReturnType<typeof createIdempotencyKeys>;
