import { MessageBusError } from './message-checks.ts';
import type { Lane } from './topic-log.ts';

/** How long to wait before messages come again that were rejected or could not be committed: doubled each time in a row. */
export interface RetryPause {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Told of each failure, and the how manieth in a row it is for its lane; the messages come again whatever it does. */
  readonly onFailure?: (error: unknown, lane: Lane, inARow: number) => void;
}

/** With the pauses that engines begin with, a lane stands still for three seconds by then: more than a passing conflict. */
const STANDS_STILL_AFTER = 5;

/** The lanes whose messages were rejected the last time, and how often in a row. */
export class RejectedLanes {
  readonly #pause: RetryPause;
  readonly #rejections = new Map<string, { readonly lane: Lane; readonly inARow: number; readonly error: unknown }>();

  constructor(pause: RetryPause) {
    this.#pause = pause;
  }

  /** Answers how many milliseconds to wait before the lane's messages come again. */
  rejected(lane: Lane, error: unknown): number {
    const before = this.#rejections.get(nameOf(lane))?.inARow ?? 0;
    const { firstMs, longestMs, onFailure } = this.#pause;
    this.#rejections.set(nameOf(lane), { lane, inARow: before + 1, error });
    onFailure?.(error, lane, before + 1);
    return Math.min(firstMs * 2 ** Math.min(before, 30), longestMs);
  }

  handled(lane: Lane): void {
    this.#rejections.delete(nameOf(lane));
  }

  /** Lanes that belong to others now are theirs to tell of. */
  keepOnly(isOurs: (lane: Lane) => boolean): void {
    for (const [name, { lane }] of this.#rejections) if (!isOurs(lane)) this.#rejections.delete(name);
  }

  /** @throws MessageBusError `messages-rejected` */
  check(): void {
    for (const { lane, inARow, error } of this.#rejections.values()) {
      if (inARow < STANDS_STILL_AFTER) continue;
      throw new MessageBusError(
        'messages-rejected',
        `the messages of partition ${lane.partition} of ${lane.topic} were rejected ${inARow} times in a row${codeIn(error)} and come again: see the service's log`,
      );
    }
  }
}

function nameOf({ topic, partition }: Lane): string {
  return `${partition} ${topic}`;
}

function codeIn(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
