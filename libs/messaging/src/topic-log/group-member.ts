import type { Consumer, ConsumeOptions } from '../message-bus.ts';
import type { LaneOwner, LanePump } from './lane-pump.ts';
import type { Lane } from './topic-log.ts';
import { MessageBusError } from './message-checks.ts';

/** How long to wait before messages come again that were rejected or could not be committed: doubled each time in a row. */
export interface RetryPause {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Told of each failure; the messages come again whatever it does. */
  readonly onFailure?: (error: unknown, lane: Lane) => void;
}

/** What a member needs of its group. */
export interface Membership {
  pumps(topic: string): readonly LanePump[];
  /** Resolves when the condition holds; it is looked at after each commit and whenever a consumer leaves. */
  until(condition: () => boolean): Promise<void>;
  leave(member: GroupMember): Promise<void>;
}

const DEFAULT_BATCH_SIZE = 100;

export class GroupMember implements Consumer, LaneOwner {
  readonly topics: readonly string[];
  readonly batchSize: number;
  readonly handle: ConsumeOptions['handle'];
  readonly #group: Membership;
  readonly #pause: RetryPause;
  readonly #inHand = new Set<Promise<boolean>>();
  readonly #failuresInARow = new Map<string, number>();
  readonly #stopped = new AbortController();

  constructor(group: Membership, { topics, handle, batchSize = DEFAULT_BATCH_SIZE }: ConsumeOptions, pause: RetryPause) {
    this.#group = group;
    this.topics = topics;
    this.handle = handle;
    this.batchSize = batchSize;
    this.#pause = pause;
  }

  async attempt(lane: Lane, step: () => Promise<void>): Promise<boolean> {
    const attempt = this.#try(lane, step);
    this.#inHand.add(attempt);
    const done = await attempt;
    this.#inHand.delete(attempt);
    if (!done) await this.#pauseFor(lane);
    return done;
  }

  async lag(): Promise<bigint> {
    const behind = this.#lanes().map(({ next, end }) => (end > next ? end - next : 0n));
    return behind.reduce((sum, lane) => sum + lane, 0n);
  }

  async caughtUp(): Promise<void> {
    const ends = this.#lanes().map((pump) => ({ pump, end: pump.end }));
    await this.#group.until(() => {
      if (ends.every(({ pump, end }) => pump.next >= end)) return true;
      if (this.#stopped.signal.aborted) throw new MessageBusError('consumer-stopped', 'the consumer was stopped before it had caught up');
      return false;
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#group.leave(this);
    await Promise.all(this.#inHand);
  }

  #lanes(): readonly LanePump[] {
    return this.topics.flatMap((topic) => this.#group.pumps(topic));
  }

  async #try(lane: Lane, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      this.#failuresInARow.delete(nameOf(lane));
      return true;
    } catch (error) {
      this.#pause.onFailure?.(error, lane);
      return false;
    }
  }

  async #pauseFor(lane: Lane): Promise<void> {
    const times = this.#failuresInARow.get(nameOf(lane)) ?? 0;
    this.#failuresInARow.set(nameOf(lane), times + 1);
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(this.#pause.firstMs * 2 ** times, this.#pause.longestMs));
      signal.addEventListener('abort', done);
    });
  }
}

function nameOf({ topic, partition }: Lane): string {
  return `${partition} ${topic}`;
}
