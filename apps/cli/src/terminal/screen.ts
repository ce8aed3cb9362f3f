import { type Colours, coloursFor, wantsColour } from './colours.ts';
import type { Terminal } from './terminal.ts';

/** Where a command writes to. Results go to standard output; progress, hints and errors to standard error. */
export interface Screen {
  /** `--json`: results as JSON instead of text. */
  readonly json: boolean;
  /** Columns of the terminal; `null` = the output is no terminal, and nothing is cut. */
  readonly width: number | null;
  readonly colour: boolean;
  readonly colours: Colours;
  /** Colours of standard error. */
  readonly noteColours: Colours;
  /** True when progress may move: standard error is a terminal. */
  readonly moves: boolean;
  print(text: string): void;
  note(text: string): void;
}

const WIDEST_UNASKED = 100_000;

export function createScreen({ stdout, stderr, env }: Terminal, json: boolean): Screen {
  const asked = Number(env.COLUMNS);
  const width = stdout.isTTY === true ? (stdout.columns ?? (asked > 0 && asked < WIDEST_UNASKED ? asked : 80)) : null;
  const colour = wantsColour(stdout, env);
  return {
    json,
    width,
    colour,
    colours: coloursFor(colour),
    noteColours: coloursFor(wantsColour(stderr, env)),
    moves: stderr.isTTY === true && env.TERM !== 'dumb' && !json,
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
  };
}

export function printJson(screen: Screen, value: unknown): void {
  screen.print(JSON.stringify(value, null, 2));
}
