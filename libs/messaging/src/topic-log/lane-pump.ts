import type { ReceivedMessage } from '../message-bus.ts';
import type { Lane, TopicLog } from './topic-log.ts';

/** Who handles a lane's messages at the moment. */
export interface LaneOwner {
  readonly batchSize: number;
  handle(messages: readonly ReceivedMessage[]): Promise<void>;
  /** Runs one step of a lane. False when it failed and has to be done again; the pause before that has then passed. */
  attempt(lane: Lane, step: () => Promise<void>): Promise<boolean>;
}

/**
 * Carries one lane's messages to its group, one call after the other. There is one pump for a lane and group, whoever
 * owns the lane: so the order holds, also when consumers come and go.
 */
export class LanePump {
  readonly lane: Lane;
  readonly #log: TopicLog;
  readonly #group: string;
  readonly #owner: () => LaneOwner | undefined;
  readonly #onProgress: () => void;
  #next: bigint;
  #running = false;

  constructor(log: TopicLog, group: string, lane: Lane, owner: () => LaneOwner | undefined, onProgress: () => void) {
    this.#log = log;
    this.#group = group;
    this.lane = lane;
    this.#owner = owner;
    this.#onProgress = onProgress;
    this.#next = log.committed(group, lane);
  }

  /** The offset of the first message that is not committed yet. */
  get next(): bigint {
    return this.#next;
  }

  get end(): bigint {
    return this.#log.end(this.lane);
  }

  wake(): void {
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let owner = this.#owner(); owner !== undefined && this.#next < this.end; owner = this.#owner()) {
      const current = owner;
      if (await owner.attempt(this.lane, () => this.#step(current))) this.#onProgress();
    }
    this.#running = false;
  }

  async #step(owner: LaneOwner): Promise<void> {
    const end = this.end;
    const messages = this.#log.read(this.lane, this.#next, owner.batchSize);
    if (messages.length > 0) await owner.handle(messages);
    const next = messages.length > 0 ? messages.at(-1)!.offset + 1n : end;
    await this.#log.commit(this.#group, this.lane, next);
    this.#next = next;
  }
}
