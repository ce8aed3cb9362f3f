import { wantsColour } from '../terminal/colours.ts';
import type { OutputStream } from '../terminal/terminal.ts';
import { createMovingLines } from './moving-lines.ts';
import { stageBarLines, stageLine } from './stage-bar-lines.ts';
import type { StageCounts } from './stage-counts.ts';

/** Stages as bars that move on a terminal; elsewhere a plain line for each change of the stages. */
export interface StageBars {
  update(counts: StageCounts): void;
  /** A line that stays, above the bars. */
  log(line: string): void;
  /** Leaves the last state standing, and gives the cursor back. */
  stop(): void;
}

export function createStageBars(stream: OutputStream, env: Readonly<Record<string, string | undefined>> = process.env): StageBars {
  if (stream.isTTY === true && env.TERM !== 'dumb') {
    const colour = wantsColour(stream, env);
    const lines = createMovingLines(stream);
    return {
      update: (counts) => lines.draw((width) => stageBarLines(counts, width, colour)),
      log: (line) => lines.log(line),
      stop: () => lines.stop(),
    };
  }
  let last = '';
  return {
    update(counts) {
      const line = stageLine(counts);
      const change = stageLine({ ...counts, clock: null });
      if (change === last) return;
      last = change;
      stream.write(`${line}\n`);
    },
    log: (line) => void stream.write(`${line}\n`),
    stop: () => undefined,
  };
}
