const LARGEST = 8 * 1024 * 1024;

/** The ids that were written lately, and to where. As in the server it is bounded, and empty after a restart. */
export class RecentIds {
  readonly #entries = new Map<string, { readonly streamId: string; readonly revision: number }>();
  #size = 0;

  add(eventId: string, streamId: string, revision: number): void {
    this.#entries.set(eventId, { streamId, revision });
    this.#size += 28 + streamId.length * 2;
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= LARGEST) return;
      this.#entries.delete(oldest);
      this.#size -= 28 + entry.streamId.length * 2;
    }
  }

  revisionIn(streamId: string, eventId: string): number | undefined {
    const entry = this.#entries.get(eventId);
    return entry?.streamId === streamId ? entry.revision : undefined;
  }
}
