import { MultiBar, type SingleBar } from 'cli-progress';
import type { OutputStream } from '../terminal/terminal.ts';

/** A block of lines at the end of a terminal that is drawn over and over. */
export interface MovingLines {
  /** The lines as they are from now on; asked anew for every frame, so that they follow the terminal's width. */
  draw(lines: (width: number) => readonly string[]): void;
  /** A line that stays, above the block. */
  log(line: string): void;
  /** Leaves the last frame (or nothing) and gives the cursor back. May be called again. */
  stop(): void;
}

const FRAMES_PER_SECOND = 10;
const WIDTH_UNKNOWN = 80;

/** Without the last column: the cursor stays on it after a full line, and clearing to the right of it would take its sign. */
function columnsOf(stream: OutputStream): number {
  return (stream.columns ?? WIDTH_UNKNOWN) - 1;
}

export function createMovingLines(stream: OutputStream, { clear = false } = {}): MovingLines {
  const bars: SingleBar[] = [];
  let current: (width: number) => readonly string[] = () => [];
  let stopped = false;
  const multi = new MultiBar({
    stream,
    fps: FRAMES_PER_SECOND,
    hideCursor: true,
    linewrap: false,
    clearOnComplete: clear,
    gracefulExit: false,
    forceRedraw: true,
    // Each "bar" is one whole line: which one is its total.
    format: (_options, { total }) => current(columnsOf(stream))[total] ?? '',
  });
  return {
    draw(lines) {
      if (stopped) return;
      current = lines;
      for (let line = bars.length; line < lines(columnsOf(stream)).length; line += 1) bars.push(multi.create(line, 0));
    },
    log(line) {
      if (!stopped) multi.log(`${line}\n`);
    },
    stop() {
      if (stopped) return;
      stopped = true;
      if (bars.length > 0) multi.stop();
    },
  };
}
