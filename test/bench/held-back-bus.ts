import type { Consumer, ConsumeOptions, MessageBus } from '#messaging';

export interface HeldBackBus {
  /** For the service: a bus like any other, but for the consumers, which get nothing before it is asked for. */
  readonly bus: MessageBus;
  /** Lets the service's consumer take so many messages in. Messages a second, from the first that it was given to the last that it was done with. */
  takeIn(count: number): Promise<number>;
}

/** So that a service that is up and has nothing else to do meets messages which lie there already. */
export function holdBack(bus: MessageBus): HeldBackBus {
  let waiting: ConsumeOptions | undefined;
  let running: Consumer | undefined;

  async function takeIn(count: number): Promise<number> {
    if (!waiting) throw new Error('the service has not asked for messages yet');
    const { handle } = waiting;
    const finished = Promise.withResolvers<number>();
    let first: number | undefined;
    let done = 0;
    running = await bus.consume({
      ...waiting,
      async handle(messages) {
        first ??= performance.now();
        await handle(messages);
        done += messages.length;
        if (done >= count) finished.resolve((done / (performance.now() - first)) * 1_000);
      },
    });
    const rate = await finished.promise;
    await running.stop();
    running = undefined;
    return rate;
  }

  return {
    bus: {
      publish: (topic, messages) => bus.publish(topic, messages),
      consume(options) {
        waiting = options;
        return Promise.resolve({
          lag: () => running?.lag() ?? Promise.resolve(0n),
          caughtUp: () => running?.caughtUp() ?? Promise.resolve(),
          stop: () => running?.stop() ?? Promise.resolve(),
        });
      },
      lag: (group, topics) => bus.lag(group, topics),
      check: () => bus.check(),
      close: () => bus.close(),
    },
    takeIn,
  };
}
