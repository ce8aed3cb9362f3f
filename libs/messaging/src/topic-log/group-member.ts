import type { Consumer, ConsumeOptions } from '../message-bus.ts';
import type { LaneOwner, LanePump } from './lane-pump.ts';
import type { Lane } from './topic-log.ts';
import { MessageBusError } from './message-checks.ts';
import type { RejectedLanes } from './rejected-lanes.ts';

/** What a member needs of its group. */
export interface Membership {
  pumps(topic: string): readonly LanePump[];
  /** Resolves when the condition holds; it is looked at after each commit and whenever a consumer leaves. */
  until(condition: () => boolean): Promise<void>;
  leave(member: GroupMember): Promise<void>;
}

/** Before a step is done again; none where it succeeded. */
type PauseMs = number | 'none';

const DEFAULT_BATCH_SIZE = 100;

export class GroupMember implements Consumer, LaneOwner {
  readonly topics: readonly string[];
  readonly batchSize: number;
  readonly handle: ConsumeOptions['handle'];
  readonly #group: Membership;
  readonly #rejectedLanes: RejectedLanes;
  readonly #inHand = new Set<Promise<PauseMs>>();
  readonly #stopped = new AbortController();

  constructor(group: Membership, { topics, handle, batchSize = DEFAULT_BATCH_SIZE }: ConsumeOptions, rejectedLanes: RejectedLanes) {
    this.#group = group;
    this.topics = topics;
    this.handle = handle;
    this.batchSize = batchSize;
    this.#rejectedLanes = rejectedLanes;
  }

  async attempt(lane: Lane, step: () => Promise<void>): Promise<boolean> {
    const attempt = this.#try(lane, step);
    this.#inHand.add(attempt);
    const pauseMs = await attempt;
    this.#inHand.delete(attempt);
    if (pauseMs === 'none') return true;
    await this.#pauseFor(pauseMs);
    return false;
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

  async #try(lane: Lane, step: () => Promise<void>): Promise<PauseMs> {
    try {
      await step();
      this.#rejectedLanes.handled(lane);
      return 'none';
    } catch (error) {
      return this.#rejectedLanes.rejected(lane, error);
    }
  }

  async #pauseFor(pauseMs: number): Promise<void> {
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, pauseMs);
      signal.addEventListener('abort', done);
    });
  }
}
