import type { ServiceError } from '@grpc/grpc-js';
import type { Faults } from './faults.ts';
import type { StandInLog } from './stand-in-log.ts';

/** What the calls share: the log, what shall go wrong, and the levers for it. */
export interface CallContext {
  readonly log: StandInLog;
  readonly faults: Faults;
  readonly maxAppendSize: number;
  /** The error with which an append is to be refused before anything is written. */
  refusalOfAppend(): ServiceError | undefined;
  refusalOfRead(): ServiceError | undefined;
  /** After the delay that is set. */
  later(send: () => void): void;
  /** At once, or when held appends are let go. */
  whenReleased(write: () => void): void;
  resetConnections(): void;
  /** An event went out over a read or subscription. */
  sent(): void;
  /** A reader does not take what is sent: how long, and `undefined` again once it does. */
  stalled(isStalled: boolean): void;
  /** Ends the call with this one's way of being dropped, when the subscriptions are. */
  onDrop(drop: (how: WayToDrop) => void): () => void;
}

export const WAYS_TO_DROP = ['end', 'cancelled', 'unavailable'] as const;
export type WayToDrop = (typeof WAYS_TO_DROP)[number];
