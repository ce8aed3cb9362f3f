import { LRUCache } from 'lru-cache';
import { derivedId } from '#kernel';
import type { CommandLoop } from './command-loop.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { BEHIND_PARKED, parkedMessageId, parkingStreamOf } from './parked-messages.ts';
import type { Message, ParkedMessage, Parking, ParkingCommand, ReleaseOutcome } from './parked-messages.ts';

/** `applied` also for a message that had been applied before, or that is none of ours. */
export type MessageOutcome = { readonly kind: 'applied' } | { readonly kind: 'unusable'; readonly reason: string; readonly detail: string };

export interface MessageIntakeOptions {
  readonly parkings: CommandLoop<ParkingCommand, Parking>;
  /**
   * The one path by which messages act, first time and replay alike; safe to run twice with the same message. Rejects
   * only where the same message may succeed later without anybody's doing (the log does not answer).
   */
  readonly apply: (message: Message) => Promise<MessageOutcome>;
  /**
   * Spares looks into the log, where they are dear: false where nothing is known to wait for the key, though something
   * that another process has parked just now may. Default: may always.
   */
  readonly mayWait?: (key: string) => Promise<boolean>;
}

export interface ReplayReport {
  readonly applied: number;
  /** Still waiting, the one that stopped the replay included. */
  readonly waiting: number;
  readonly stoppedBy?: ParkedMessage;
}

export interface MessageIntake {
  /** When it resolves, the message has acted or is parked durably: it may be committed. */
  receive(message: Message): Promise<'applied' | 'parked'>;
  /** Applies what waits for the key, in order, at most `limit` messages (default 100), up to the first that still cannot be. */
  replay(key: string, limit?: number): Promise<ReplayReport>;
  /** A person gives a message up; what waits behind it may go on with the next replay. False when it does not wait. */
  discard(key: string, messageId: string, actor: string, reason: string): Promise<boolean>;
}

const ACTOR = 'automation';
/** Keys under which this process itself has parked something lately. */
const REMEMBERED_KEYS = 10_000;

/**
 * Messages that cannot be applied are parked in the log, and whatever follows for the same key is parked behind them, so
 * that the order of a key survives its poison.
 */
export function createMessageIntake({ parkings, apply, mayWait = () => Promise.resolve(true) }: MessageIntakeOptions): MessageIntake {
  const byKey = new KeyedQueue();
  const parkedHere = new LRUCache<string, true>({ max: REMEMBERED_KEYS });

  async function waitingOf(key: string): Promise<readonly ParkedMessage[]> {
    return (await parkings.load(parkingStreamOf(key)))?.state.waiting ?? [];
  }

  /** Parked and released as often as it takes: the id of each such command names the place in the stream it is meant for. */
  async function execute(key: string, command: ParkingCommand, messageId: string, actor = ACTOR, reason?: string): Promise<void> {
    const streamId = parkingStreamOf(key);
    const revision = (await parkings.load(streamId))?.revision ?? -1;
    const id = derivedId(command.kind, messageId, String(revision));
    await parkings.execute(streamId, { id, command, actor, correlationId: messageId, ...(reason !== undefined && { reason }) });
  }

  const park = (message: Message, reason: string, detail: string) => {
    parkedHere.set(message.key, true);
    return execute(message.key, { kind: 'park', message, reason, detail }, parkedMessageId(message));
  };

  const release = (key: string, messageId: string, outcome: ReleaseOutcome, actor?: string, reason?: string) =>
    execute(key, { kind: 'release', messageId, outcome }, messageId, actor, reason);

  async function receive(message: Message): Promise<'applied' | 'parked'> {
    const waiting = parkedHere.has(message.key) || (await mayWait(message.key)) ? await waitingOf(message.key) : [];
    if (waiting.length > 0) {
      const messageId = parkedMessageId(message);
      if (waiting.some((parked) => parked.messageId === messageId)) return 'parked';
      await park(message, BEHIND_PARKED, `waits behind message ${waiting[0]!.messageId} of the same key: replay that one first`);
      return 'parked';
    }
    const outcome = await apply(message);
    if (outcome.kind === 'applied') return 'applied';
    await park(message, outcome.reason, outcome.detail);
    // What it lacked may have come while it was being parked, and its replay have gone by: look once more.
    const { waiting: left } = await replay(message.key, 1);
    return left === 0 ? 'applied' : 'parked';
  }

  async function replay(key: string, limit: number): Promise<ReplayReport> {
    const waiting = await waitingOf(key);
    let applied = 0;
    for (const parked of waiting.slice(0, limit)) {
      const outcome = await apply(parked.message);
      if (outcome.kind === 'unusable') {
        const { reason, detail } = outcome;
        await park(parked.message, reason, detail);
        return { applied, waiting: waiting.length - applied, stoppedBy: { ...parked, reason, detail } };
      }
      await release(key, parked.messageId, 'applied');
      applied += 1;
    }
    return { applied, waiting: waiting.length - applied };
  }

  return {
    receive: (message) => byKey.run(message.key, () => receive(message)),
    replay: (key, limit = 100) => byKey.run(key, () => replay(key, limit)),
    discard: (key, messageId, actor, reason) =>
      byKey.run(key, async () => {
        if (!(await waitingOf(key)).some((parked) => parked.messageId === messageId)) return false;
        await release(key, messageId, 'discarded', actor, reason);
        return true;
      }),
  };
}
