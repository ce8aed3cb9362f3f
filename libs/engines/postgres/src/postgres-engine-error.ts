/** A fault of PostgreSQL, or of the way to it, that an operator can act on. `code` is stable; the message says what to do next. */
export class PostgresEngineError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'PostgresEngineError';
    this.code = code;
  }
}
