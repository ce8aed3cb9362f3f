import { type Kysely, sql } from 'kysely';
import type { Instant } from '#kernel';
import type { ClockStore } from '#event-sourcing';
import type { Announcements } from '../announcements/announcements.ts';
import type { SharedTables } from '../schema/shared-tables.ts';

export interface ClockRow extends ClockStore {
  /** Hears of every move by any process, and where the clock stands whenever it may have missed one. Returns the way to stop. */
  onMoved(listener: (instant: Instant) => void): () => Promise<void>;
}

export interface ClockRowParts {
  readonly shared: Kysely<SharedTables>;
  readonly prepare: () => Promise<void>;
  readonly announcements: Announcements;
  readonly onError: (error: unknown) => void;
}

const ONE = true;

/** Where a driven clock stands that several processes share. It never goes back, whoever writes. */
export function createClockRow({ shared, prepare, announcements, onError }: ClockRowParts): ClockRow {
  async function load(): Promise<Instant | undefined> {
    await prepare();
    const row = await shared.selectFrom('driven_clock').select('stands_at').executeTakeFirst();
    return row?.stands_at as Instant | undefined;
  }

  return {
    load,
    async save(instant) {
      await prepare();
      await shared.transaction().execute(async (tx) => {
        await tx
          .insertInto('driven_clock')
          .values({ one: ONE, stands_at: instant })
          .onConflict((conflict) =>
            conflict.column('one').doUpdateSet({ stands_at: sql<string>`greatest(driven_clock.stands_at, excluded.stands_at)` }),
          )
          .execute();
        await announcements.announce(tx, instant);
      });
    },
    onMoved(listener) {
      return announcements.listen({
        heard: (text) => listener(text as Instant),
        listening() {
          load().then((stands) => {
            if (stands !== undefined) listener(stands);
          }, onError);
        },
      });
    },
  };
}
