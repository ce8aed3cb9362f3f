import { BEFORE_ALL } from '#kernel';
import type { EventToAppend, Position, RecordedEvent } from '#kernel';
import { WrongExpectedRevision } from './event-store.ts';
import type {
  AppendResult,
  EventBatch,
  EventStore,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from './event-store.ts';

/** A log for specs of the machinery: an array, with a hook around each append in which a spec plays another writer or a fault. */
export class SpecLog implements EventStore {
  readonly events: RecordedEvent[] = [];
  reads = 0;
  /** Runs in place of the next append and may call `proceed`, throw before it, or throw after it. */
  aroundNextAppend: ((proceed: () => AppendResult) => AppendResult | Promise<AppendResult>) | undefined;
  #arrived = Promise.withResolvers<undefined>();

  async append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    const around = this.aroundNextAppend;
    this.aroundNextAppend = undefined;
    const proceed = () => this.#append(streamId, expected, events);
    return around ? around(proceed) : proceed();
  }

  #append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): AppendResult {
    const stream = this.events.filter((event) => event.streamId === streamId);
    const known = stream.filter((event) => events.some(({ eventId }) => eventId === event.eventId));
    if (known.length > 0) return { revision: known.at(-1)!.revision, position: known.at(-1)!.position, repeated: true, events: known };
    const actual = stream.length - 1;
    const wanted = expected === 'no-stream' ? -1 : typeof expected === 'object' ? expected.exactly : actual;
    if (wanted !== actual) throw new WrongExpectedRevision(streamId, expected, actual);
    const recorded = events.map((event, index) => ({
      ...event,
      streamId,
      revision: actual + 1 + index,
      position: BigInt(this.events.length + index) as Position,
    }));
    this.events.push(...recorded);
    this.#arrived.resolve(undefined);
    this.#arrived = Promise.withResolvers();
    return { revision: actual + recorded.length, position: this.#head(), repeated: false, events: recorded };
  }

  #head(): Position {
    return this.events.at(-1)?.position ?? BEFORE_ALL;
  }

  async readStream(streamId: string, { from = 0, limit = 1000 }: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    this.reads += 1;
    return this.events.filter((event) => event.streamId === streamId && event.revision >= from).slice(0, limit);
  }

  async readAll({ from = BEFORE_ALL, limit = 1000 }: ReadAllOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.events.slice(Number(from) + 1, Number(from) + 1 + limit);
  }

  async *subscribe({ after, batchSize = 500, signal }: SubscribeOptions): AsyncGenerator<EventBatch> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    for (let upTo = after; !signal.aborted;) {
      const arrival = this.#arrived.promise;
      const events = await this.readAll({ from: upTo, limit: batchSize });
      if (events.length === 0) {
        await Promise.race([arrival, aborted]);
        continue;
      }
      upTo = events.at(-1)!.position;
      yield { events, upTo, caughtUp: upTo === this.#head() };
    }
  }

  async head(): Promise<Position> {
    return this.#head();
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}
