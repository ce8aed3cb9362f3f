/** A log is not copied as things stand: nothing that would make it worse was written. `code` is stable; the message says what to do. */
export class LogCopyRefused extends Error {
  constructor(
    readonly code: 'target-log-differs' | 'target-log-in-use' | 'source-log-in-use' | 'source-log-incomplete',
    message: string,
  ) {
    super(message);
  }
}
