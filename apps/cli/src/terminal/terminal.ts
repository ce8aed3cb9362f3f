/** A stream that may be a terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Everything of the machine that a command touches, so that a test can play it. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Resolves after so many milliseconds, or at once on Ctrl-C. */
  readonly pause: (ms: number) => Promise<void>;
  /** Asks for a yes; `undefined` where nobody can answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Something that no other invocation has: the idempotency keys are derived from it. */
  readonly invocationId: string;
}
