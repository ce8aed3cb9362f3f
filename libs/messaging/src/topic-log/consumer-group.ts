import type { ConsumeOptions } from '../message-bus.ts';
import { GroupMember } from './group-member.ts';
import type { Membership } from './group-member.ts';
import { LanePump } from './lane-pump.ts';
import { RejectedLanes, type RetryPause } from './rejected-lanes.ts';
import type { TopicLog } from './topic-log.ts';

/** The consumers of one group, and the lanes they share: each lane belongs to one of them, in turn. */
export class ConsumerGroup implements Membership {
  readonly #log: TopicLog;
  readonly #name: string;
  readonly #rejectedLanes: RejectedLanes;
  readonly #members: GroupMember[] = [];
  readonly #pumps = new Map<string, readonly LanePump[]>();
  readonly #waiting: (() => void)[] = [];

  constructor(log: TopicLog, name: string, pause: RetryPause) {
    this.#log = log;
    this.#name = name;
    this.#rejectedLanes = new RejectedLanes(pause);
  }

  join(options: ConsumeOptions): GroupMember {
    const member = new GroupMember(this, options, this.#rejectedLanes);
    this.#members.push(member);
    for (const topic of options.topics) this.wake(topic);
    return member;
  }

  async leave(member: GroupMember): Promise<void> {
    const index = this.#members.indexOf(member);
    if (index === -1) return;
    this.#members.splice(index, 1);
    this.#rejectedLanes.keepOnly(({ topic }) => this.#members.some(({ topics }) => topics.includes(topic)));
    for (const topic of member.topics) this.wake(topic);
    this.#wakeWaiting();
  }

  /** @throws MessageBusError `messages-rejected` while a lane is rejected again and again */
  check(): void {
    this.#rejectedLanes.check();
  }

  /** Something was published to the topic, or its lanes have other owners now. */
  wake(topic: string): void {
    if (this.#members.some(({ topics }) => topics.includes(topic))) for (const pump of this.pumps(topic)) pump.wake();
  }

  pumps(topic: string): readonly LanePump[] {
    let pumps = this.#pumps.get(topic);
    if (pumps === undefined) {
      pumps = Array.from({ length: this.#log.partitions(topic) }, (_, partition) => this.#pump(topic, partition));
      this.#pumps.set(topic, pumps);
    }
    return pumps;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wakeWaiting(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #pump(topic: string, partition: number): LanePump {
    const owner = (): GroupMember | undefined => {
      const interested = this.#members.filter(({ topics }) => topics.includes(topic));
      return interested[partition % interested.length];
    };
    return new LanePump(this.#log, this.#name, { topic, partition }, owner, () => this.#wakeWaiting());
  }
}
