import { Readable, Writable } from 'node:stream';
import type { OutputStream, Terminal } from './terminal/terminal.ts';
import { runCutover } from './program.ts';

/** A stream that remembers what was written to it. */
export class Paper extends Writable implements OutputStream {
  text = '';

  constructor(
    readonly isTTY: boolean,
    readonly columns: number | undefined,
  ) {
    super();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly url?: string;
  /** Absent: the output is no terminal. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly confirm?: (question: string) => Promise<boolean>;
  readonly signal?: AbortSignal;
  readonly pause?: (ms: number) => Promise<void>;
  readonly fetch?: typeof fetch;
}

/** Runs one command line as a person would, without waiting for anything. */
export async function cutover(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const stdout = new Paper(options.columns !== undefined, options.columns);
  const stderr = new Paper(false, undefined);
  const terminal: Terminal = {
    stdin: Readable.from(Buffer.from(options.stdin ?? '')),
    stdout,
    stderr,
    env: { NO_COLOR: '1', ...(options.url !== undefined && { CUTOVER_URL: options.url }), ...options.env },
    fetch: options.fetch ?? fetch,
    signal: options.signal ?? new AbortController().signal,
    pause: options.pause ?? (async () => undefined),
    confirm: options.confirm,
    invocationId: 'run-1',
  };
  const exitCode = await runCutover(args, terminal);
  return { exitCode, out: stdout.text, err: stderr.text };
}
