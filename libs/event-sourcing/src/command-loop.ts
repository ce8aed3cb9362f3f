import { LRUCache } from 'lru-cache';
import { derivedId } from '#kernel';
import type { Clock, Decider, DomainEvent, EventMetadata, EventToAppend, Position, RecordedEvent } from '#kernel';
import { TooMuchContention, UnconfirmedAppend } from './command.ts';
import type { Applied, CommandEnvelope, CommandOutcome } from './command.ts';
import { EventIdReused, WrongExpectedRevision } from './event-store.ts';
import type { EventStore } from './event-store.ts';
import { foldAsOf, foldInto, nothingFolded, streamPages } from './folded-stream.ts';
import type { FoldedStream } from './folded-stream.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { UnknownEventType } from './schema-registry.ts';
import type { EventSchemas } from './schema-registry.ts';

export interface CommandLoopOptions<Command, State, Event extends DomainEvent, Code extends string> {
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  readonly decider: Decider<Command, State, Event, Code>;
  readonly schemas: EventSchemas<Event>;
  readonly clock: Clock;
  /** Appends tried for one command while others write to the same stream. Default 8. */
  readonly attempts?: number;
  /** Streams whose folded state is kept in memory. Default 10,000. */
  readonly cachedStreams?: number;
}

export interface Loaded<State> {
  readonly state: State;
  readonly revision: number;
  readonly position: Position;
}

/** A stream's state as somebody else has folded it up to a revision: the rows of a read model, for instance. */
export type StateElsewhere<State> = Pick<Loaded<State>, 'state' | 'revision'>;

export interface CommandLoop<Command, State, Code extends string = string> {
  /** @throws TooMuchContention, UnconfirmedAppend: both mean "send the same envelope again" */
  execute(streamId: string, envelope: CommandEnvelope<Command>): Promise<CommandOutcome<State, Code>>;
  /**
   * Decides on a state that was not read from the log, and leaves it to the append's expected revision to judge whether
   * the stream still stands there. Only for commands whose repetition the state itself shows, for it does not tell which
   * commands were applied. `undefined` in every other case than an append that came through: `execute` then, which looks
   * at the log, also where this append was not answered.
   */
  executeOn(known: StateElsewhere<State>, streamId: string, envelope: CommandEnvelope<Command>): Promise<Applied<State> | undefined>;
  /** The stream as the log has it now; `undefined` when there is none. Waits for commands in hand on the same stream. */
  load(streamId: string): Promise<Loaded<State> | undefined>;
}

/**
 * Load the stream, decide, append with the exact revision; when another writer was faster, read what it wrote and decide
 * again. Commands of one stream queue up within the process, those of different streams run side by side.
 *
 * Folded streams are cached. The cache is a guess that the append's expected revision judges; an answer that appends
 * nothing (a refusal, a stale revision, nothing to change) is given only after a look at the log itself.
 */
export function createCommandLoop<Command, State, Event extends DomainEvent, Code extends string>(
  options: CommandLoopOptions<Command, State, Event, Code>,
): CommandLoop<Command, State, Code> {
  const { store, decider, schemas, clock, attempts = 8, cachedStreams = 10_000 } = options;
  const cache = new LRUCache<string, FoldedStream<State>>({ max: cachedStreams });
  const queue = new KeyedQueue();

  /** Reads what the fold does not have yet; true when there was something. */
  async function catchUp(streamId: string, folded: FoldedStream<State>): Promise<boolean> {
    const before = folded.revision;
    for await (const page of streamPages(store, streamId, before + 1)) foldInto(folded, page, decider, schemas);
    return folded.revision > before;
  }

  function keep(streamId: string, folded: FoldedStream<State>): void {
    if (folded.revision >= 0) cache.set(streamId, folded);
  }

  async function apply(streamId: string, envelope: CommandEnvelope<Command>): Promise<CommandOutcome<State, Code>> {
    const cached = cache.get(streamId);
    let folded = cached ?? nothingFolded(decider.initialState);
    let seenInLog = cached === undefined;
    if (seenInLog) {
      await catchUp(streamId, folded);
      keep(streamId, folded);
    }
    let lostReply = false;
    for (let appends = 0; appends < attempts;) {
      const firstRevision = folded.commands.get(envelope.id);
      if (firstRevision !== undefined) return answerOfFirstTime(streamId, envelope.id, firstRevision, folded, !lostReply);

      const verdict = judge(envelope, folded);
      if (verdict.kind !== 'append') {
        if (seenInLog || !(await catchUp(streamId, folded))) return verdict;
        seenInLog = true;
        continue;
      }

      const expected = folded.revision < 0 ? 'no-stream' : { exactly: folded.revision };
      const events = eventsToAppend(streamId, envelope, verdict.events);
      appends += 1;
      try {
        const result = await store.append(streamId, expected, events);
        if (!result.repeated) {
          foldInto(folded, result.events, decider, schemas);
          if (cached !== folded) keep(streamId, folded);
          return appliedAt(folded, result.events, false);
        }
        await catchUp(streamId, folded);
      } catch (error) {
        if (error instanceof WrongExpectedRevision) {
          if (error.actual < folded.revision) folded = nothingFolded(decider.initialState);
          await catchUp(streamId, folded);
        } else if (error instanceof EventIdReused) {
          await catchUp(streamId, folded);
          if (!folded.commands.has(envelope.id)) throw error;
        } else {
          // Unknown outcome. Where the stream has moved on, the append is there or can no longer come; else it may still come.
          const moved = await catchUp(streamId, folded).catch(() => false);
          if (!moved) throw new UnconfirmedAppend(streamId, envelope.id, error);
          lostReply = true;
        }
      }
      seenInLog = true;
    }
    throw new TooMuchContention(streamId, attempts);
  }

  async function applyOn(
    { state, revision }: StateElsewhere<State>,
    streamId: string,
    envelope: CommandEnvelope<Command>,
  ): Promise<Applied<State> | undefined> {
    const folded: FoldedStream<State> = { ...nothingFolded(state), revision };
    const verdict = judge(envelope, folded);
    if (verdict.kind !== 'append') return undefined;
    const events = eventsToAppend(streamId, envelope, verdict.events);
    const result = await store.append(streamId, { exactly: revision }, events).catch(() => undefined);
    if (!result || result.repeated) return undefined;
    foldInto(folded, result.events, decider, schemas);
    return appliedAt(folded, result.events, false);
  }

  type Verdict = CommandOutcome<State, Code> | { readonly kind: 'append'; readonly events: readonly Event[] };

  function judge({ command, expectedRevision }: CommandEnvelope<Command>, folded: FoldedStream<State>): Verdict {
    const { state, revision } = folded;
    if (expectedRevision !== undefined && expectedRevision !== revision) return { kind: 'stale', revision };
    const decision = decider.decide(command, state);
    if (decision.kind === 'refused') return { kind: 'refused', refusal: decision.refusal, state, revision };
    if (decision.events.length === 0) return appliedAt(folded, [], false);
    return { kind: 'append', events: decision.events };
  }

  function eventsToAppend(streamId: string, envelope: CommandEnvelope<Command>, events: readonly Event[]): EventToAppend[] {
    const metadata = metadataOf(envelope, clock);
    return events.map(({ type, data }, index) => {
      if (!schemas.isCurrent(type)) throw new UnknownEventType(type);
      return { eventId: derivedId(envelope.id, String(index), streamId), type, data, metadata };
    });
  }

  /** The command's own events, and the stream's state right after them. */
  async function answerOfFirstTime(
    streamId: string,
    commandId: string,
    firstRevision: number,
    folded: FoldedStream<State>,
    repeated: boolean,
  ): Promise<CommandOutcome<State, Code>> {
    const events: RecordedEvent[] = [];
    for await (const page of streamPages(store, streamId, firstRevision)) {
      const end = page.findIndex((event) => event.metadata.causationId !== commandId);
      events.push(...(end < 0 ? page : page.slice(0, end)));
      if (end >= 0) break;
    }
    const last = firstRevision + events.length - 1;
    if (last === folded.revision) return appliedAt(folded, events, repeated);
    const then = await foldAsOf(store, streamId, decider, schemas, (event) => event.revision <= last);
    return appliedAt(then!, events, repeated);
  }

  /** In the stream's queue; and whatever goes wrong in it, the stream's cached fold is not to be trusted after it. */
  function inTurn<Result>(streamId: string, work: () => Promise<Result>): Promise<Result> {
    return queue.run(streamId, async () => {
      try {
        return await work();
      } catch (error) {
        cache.delete(streamId);
        throw error;
      }
    });
  }

  return {
    execute: (streamId, envelope) => inTurn(streamId, () => apply(streamId, envelope)),
    executeOn: (known, streamId, envelope) => inTurn(streamId, () => applyOn(known, streamId, envelope)),
    load: (streamId) =>
      inTurn(streamId, async () => {
        const folded = cache.get(streamId) ?? nothingFolded(decider.initialState);
        await catchUp(streamId, folded);
        keep(streamId, folded);
        return folded.revision < 0 ? undefined : { state: folded.state, revision: folded.revision, position: folded.position };
      }),
  };
}

function appliedAt<State>(folded: FoldedStream<State>, events: readonly RecordedEvent[], repeated: boolean) {
  return { kind: 'applied', state: folded.state, revision: folded.revision, position: folded.position, events, repeated } as const;
}

function metadataOf(envelope: CommandEnvelope<unknown>, clock: Clock): EventMetadata {
  const recordedAt = clock.now();
  return {
    occurredAt: envelope.occurredAt ?? recordedAt,
    recordedAt,
    actor: envelope.actor,
    correlationId: envelope.correlationId,
    causationId: envelope.id,
    ...(envelope.reason !== undefined && { reason: envelope.reason }),
    ...(envelope.evidence && { evidence: envelope.evidence }),
  };
}
