import type { Position } from '#kernel';
import { type Progress, createProgress } from '../terminal/progress.ts';
import { counted } from '../terminal/moments.ts';
import type { Session } from '../session.ts';

const WHOLE = 1000;
/** A redraw an event would cost more than the copy. */
const EVENTS_A_DRAWING = 100;

export interface PositionProgress {
  /** `events` of the log are done, the last of them at this position. */
  update(events: number, at: Position): void;
  stop(): void;
}

/** A bar by position: how many events a log holds, nobody knows before they are read. */
export function followPosition({ screen, terminal }: Session, label: string, head: Position): PositionProgress {
  const bar: Progress = createProgress(screen, terminal, {
    label,
    total: WHOLE,
    text: (value) => `${(value / (WHOLE / 100)).toFixed(1)} %`,
    ofTotal: 'the log',
  });
  let drawn = 0;
  return {
    update(events, at) {
      if (events - drawn < EVENTS_A_DRAWING && at < head) return;
      drawn = events;
      bar.update(head > 0n ? Math.min(WHOLE, Number((at * BigInt(WHOLE)) / head)) : WHOLE, counted(events, 'event'));
    },
    stop: () => bar.stop(),
  };
}
