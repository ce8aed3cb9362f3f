import { SingleBar } from 'cli-progress';
import type { Screen } from './screen.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  update(value: number, note?: string): void;
  /** Takes the bar away: what came of it is told by the result. */
  stop(): void;
}

const LABEL = 12;
const SHORTEST_BAR = 10;
const LONGEST_BAR = 40;
const WIDTH_UNKNOWN = 80;
const ROOM_FOR_NUMBERS = 36;

export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  readonly text?: (value: number) => string;
  /** What all of it is called, where its number says nothing. */
  readonly ofTotal?: string;
}

/** A bar on standard error where that is a terminal; elsewhere nothing. */
export function createProgress(
  screen: Screen,
  { stderr }: Terminal,
  { label, total, text = String, ofTotal = text(total) }: ProgressOptions,
): Progress {
  if (!screen.moves) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream: stderr,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
    linewrap: false,
    emptyOnZero: true,
    format(_options, { progress, value }, payload: { readonly note?: string }) {
      const size = Math.min(LONGEST_BAR, Math.max(SHORTEST_BAR, (stderr.columns ?? WIDTH_UNKNOWN) - LABEL - ROOM_FOR_NUMBERS));
      const filled = Math.round(Math.min(1, Math.max(0, progress)) * size);
      const drawn = screen.noteColours.green('█'.repeat(filled)) + screen.noteColours.dim('░'.repeat(size - filled));
      return `${label.padEnd(LABEL)}${drawn} ${text(value)} of ${ofTotal}  ${payload.note ?? ''}`.trimEnd();
    },
  });
  bar.start(total, 0, { note: '' });
  let stopped = false;
  return {
    update: (value, note = '') => bar.update(value, { note }),
    stop() {
      if (!stopped) bar.stop();
      stopped = true;
    },
  };
}
