import type { Consumer, ConsumeOptions, ReceivedMessage } from '../message-bus.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { LaneOwner } from './lane-pump.ts';
import { MessageBusError } from './message-checks.ts';

/** How long to wait before rejected messages come again: doubled with each time in a row. */
export interface RetryPause {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Told of each rejection; the messages come again whatever it does. */
  readonly onRejected?: (error: unknown, messages: readonly ReceivedMessage[]) => void;
}

const DEFAULT_BATCH_SIZE = 100;

export class GroupMember implements Consumer, LaneOwner {
  readonly topics: readonly string[];
  readonly batchSize: number;
  readonly #group: ConsumerGroup;
  readonly #handle: ConsumeOptions['handle'];
  readonly #pause: RetryPause;
  readonly #inHand = new Set<Promise<boolean>>();
  readonly #rejectedInARow = new Map<string, number>();
  readonly #stopped = new AbortController();

  constructor(group: ConsumerGroup, { topics, handle, batchSize = DEFAULT_BATCH_SIZE }: ConsumeOptions, pause: RetryPause) {
    this.#group = group;
    this.topics = topics;
    this.#handle = handle;
    this.batchSize = batchSize;
    this.#pause = pause;
  }

  async deliver(messages: readonly ReceivedMessage[], commit: () => Promise<void>): Promise<boolean> {
    const call = this.#call(messages, commit);
    this.#inHand.add(call);
    const handled = await call;
    this.#inHand.delete(call);
    if (!handled) await this.#pauseFor(messages);
    return handled;
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

  #lanes(): ReturnType<ConsumerGroup['pumps']> {
    return this.topics.flatMap((topic) => this.#group.pumps(topic));
  }

  async #call(messages: readonly ReceivedMessage[], commit: () => Promise<void>): Promise<boolean> {
    try {
      if (messages.length > 0) await this.#handle(messages);
      await commit();
      this.#rejectedInARow.delete(laneOf(messages));
      return true;
    } catch (error) {
      this.#pause.onRejected?.(error, messages);
      return false;
    }
  }

  async #pauseFor(messages: readonly ReceivedMessage[]): Promise<void> {
    const lane = laneOf(messages);
    const times = this.#rejectedInARow.get(lane) ?? 0;
    this.#rejectedInARow.set(lane, times + 1);
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

function laneOf([first]: readonly ReceivedMessage[]): string {
  return first === undefined ? '' : `${first.topic} ${first.partition}`;
}
