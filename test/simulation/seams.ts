import type { Clock } from '#kernel';
import type { ClockParticipant, ClockStore, Delay, DrivenClock, EventBatch, EventStore } from '#event-sourcing';
import type { Consumer, MessageBus } from '#messaging';
import type { Mailer, PartnerCenterGateway } from '#partner-center';
import type { CallBudget } from './call-budget.ts';
import { Crash, type Lifeline } from './crash.ts';

/** One at a time, in the order of the calls: so that a run repeats although the network is real. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

export function seamedStore(store: EventStore, life: Lifeline): EventStore {
  const alive = <T>(where: string, work: () => Promise<T>): Promise<T> => {
    life.mustLive(where);
    return work();
  };
  return {
    async append(streamId, expected, events) {
      life.pass('before an append');
      const result = await store.append(streamId, expected, events);
      life.pass('after an append');
      return result;
    },
    readStream: async (...read) => alive('reading a stream', () => store.readStream(...read)),
    readAll: async (...read) => alive('reading the log', () => store.readAll(...read)),
    async *subscribe(options): AsyncGenerator<EventBatch, void, undefined> {
      for await (const batch of store.subscribe(options)) {
        life.pass('before a batch is projected');
        yield batch;
        life.pass('after a batch was projected');
      }
    },
    head: async () => alive('reading the head', () => store.head()),
    check: () => store.check(),
    close: () => Promise.resolve(),
  };
}

/** A bus whose consumers end with the life that they belong to. */
export function seamedBus(bus: MessageBus, life: Lifeline): MessageBus & { stopConsumers(): Promise<void> } {
  const consumers: Consumer[] = [];
  return {
    async publish(topic, messages) {
      life.pass('before a message is published');
      await bus.publish(topic, messages);
      life.pass('after a message was published');
    },
    async consume(options) {
      const consumer = await bus.consume({
        ...options,
        async handle(messages) {
          life.pass('before messages are handled');
          await options.handle(messages);
          life.pass('after messages were handled, before that is committed');
        },
      });
      consumers.push(consumer);
      return consumer;
    },
    lag: (group, topics) => bus.lag(group, topics),
    check: () => bus.check(),
    close: () => Promise.resolve(),
    async stopConsumers() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    },
  };
}

/** Every method of a gateway or mailer with a seam before the call, and one before its answer is known. */
export function seamedOutside<Outside extends PartnerCenterGateway | Mailer>(
  outside: Outside,
  life: Lifeline,
  inTurn: OneAtATime,
  budget: CallBudget,
): Outside {
  return new Proxy(outside, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) =>
        inTurn.run(async () => {
          life.pass(`before ${String(name)}`);
          budget.spend(String(name));
          const call: unknown = Reflect.apply(method, target, given);
          await Promise.allSettled([call]);
          life.pass(`after ${String(name)}, before its answer is known`);
          return call;
        });
    },
  });
}

export function seamedClockStore(store: ClockStore, life: Lifeline): ClockStore {
  return {
    load: () => store.load(),
    async save(instant) {
      life.pass('before time moves on');
      await store.save(instant);
      life.pass('when time has moved on');
    },
  };
}

/** The clock of one life: whoever takes part in it stops with that life. */
export function seamedClock(clock: DrivenClock, life: Lifeline): DrivenClock {
  return {
    now: () => clock.now(),
    advanceTo: (target) => clock.advanceTo(target),
    settle: () => clock.settle(),
    halt: () => clock.halt(),
    register(participant: ClockParticipant) {
      return clock.register({
        name: participant.name,
        async nextDue() {
          life.mustLive(`asking when ${participant.name} is due`);
          return participant.nextDue();
        },
        async settle() {
          life.mustLive(`settling ${participant.name}`);
          const did = await participant.settle();
          life.mustLive(`settling ${participant.name}`);
          return did;
        },
      });
    },
  };
}

/** Waits no real time while alive, and for ever once dead: nothing of a life that is over tries again. */
export function seamedDelay(life: Lifeline): Delay {
  return async (_ms, signal) => {
    if (life.dead) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    else await new Promise((resolve) => setImmediate(resolve));
  };
}

export function isCrash(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) if (current instanceof Crash) return true;
  return false;
}

/** What the stand-in sees: the clock of whichever life it is. */
export class SharedClock implements Clock {
  constructor(public current: Clock) {}

  now() {
    return this.current.now();
  }
}
