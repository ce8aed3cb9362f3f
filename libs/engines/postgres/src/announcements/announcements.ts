import { sql } from 'kysely';
import type { QueryExecutorProvider } from 'kysely';
import { type Delay, backOffMs } from '#event-sourcing';
import type { ConnectionSettings } from '../connections/connection-settings.ts';
import { DedicatedConnection } from '../connections/dedicated-connection.ts';

export interface AnnouncementListener {
  heard(text: string): void;
  /** From now on announcements are heard; those of the time before, since it was last so, were not. */
  listening(): void;
}

export interface Announcements {
  /** Heard by everybody who listens, once the transaction is committed. */
  announce(within: QueryExecutorProvider, text: string): Promise<void>;
  /** Listens for ever, whatever becomes of the server. Returns the way to stop. */
  listen(listener: AnnouncementListener): () => Promise<void>;
}

export interface AnnouncementsOptions {
  readonly connection: ConnectionSettings;
  readonly channel: string;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

/** The server refuses a text of 8,000 bytes or more. */
export const LONGEST_ANNOUNCEMENT = 7_900;

const RETRY = { baseMs: 200, capMs: 5_000 };
/** A session on which nothing comes in may be dead: it is asked so often. */
const BEAT_MS = 5_000;

/** LISTEN and NOTIFY, on a session that is opened again whenever it is lost. */
export function createAnnouncements(options: AnnouncementsOptions): Announcements {
  const { connection: settings, channel, delay, random, onError } = options;

  function listen(listener: AnnouncementListener): () => Promise<void> {
    const stopping = new AbortController();
    const isStopping = (): boolean => stopping.signal.aborted;
    let lost = Promise.withResolvers<undefined>();
    const connection = new DedicatedConnection(settings, {
      lost(error) {
        onError(error);
        lost.resolve(undefined);
      },
      notification: ({ payload }) => listener.heard(payload ?? ''),
    });

    async function listenOnce(): Promise<void> {
      lost = Promise.withResolvers();
      await connection.query(`LISTEN "${channel}"`);
      listener.listening();
      while (connection.isOpen() && !isStopping()) {
        const beat = new AbortController();
        await Promise.race([lost.promise, delay(BEAT_MS, AbortSignal.any([beat.signal, stopping.signal])).catch(() => undefined)]);
        beat.abort();
        if (connection.isOpen() && !isStopping()) await connection.query('SELECT 1');
      }
    }

    async function listenForEver(): Promise<void> {
      for (let failures = 0; !isStopping(); failures += 1) {
        try {
          await listenOnce();
          failures = 0;
        } catch (error) {
          if (!isStopping()) onError(error);
        }
        await delay(backOffMs(RETRY, failures + 1, random()), stopping.signal).catch(() => undefined);
      }
    }

    const ended = listenForEver();
    return async () => {
      stopping.abort();
      await connection.close();
      await ended;
    };
  }

  return {
    async announce(within, text) {
      await sql`SELECT pg_notify(${channel}, ${text})`.execute(within);
    },
    listen,
  };
}
