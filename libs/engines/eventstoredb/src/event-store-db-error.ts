/** A fault between this service and EventStoreDB that its operator can act on. `code` is stable; the message says what to do next. */
export class EventStoreDbError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EventStoreDbError';
    this.code = code;
  }
}
