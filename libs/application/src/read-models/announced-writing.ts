import type { ReadModelTransaction, ReadModelWriting } from '#read-models';
import { type CommittedAnnouncement, announcementTexts } from './committed-announcement.ts';

/** The same rows; each commit tells all processes of itself, in its own transaction: it is heard if and only if it came through. */
export function announcedWriting(
  { by, copy }: Pick<CommittedAnnouncement, 'by' | 'copy'>,
  { projection, storage, lately }: ReadModelWriting,
  announce: (within: ReadModelTransaction, text: string) => Promise<void>,
): ReadModelWriting {
  let touched: ReadonlySet<string> = new Set();
  return {
    lately,
    projection: {
      ...projection,
      handle(tx, events, domainEvents) {
        touched = new Set(events.map((event) => event.streamId));
        return projection.handle(tx, events, domainEvents);
      },
    },
    storage: {
      checkpoint: () => storage.checkpoint(),
      commit: (upTo, work) =>
        storage.commit(upTo, async (tx) => {
          touched = new Set();
          await work(tx);
          for (const text of announcementTexts({ by, copy, position: upTo, keys: [...touched] })) await announce(tx, text);
        }),
    },
  };
}
