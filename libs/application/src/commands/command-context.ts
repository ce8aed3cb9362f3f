/** What surrounds a command: who gives it, which chain of causes it belongs to, and what its sender has seen. */
export interface CommandContext {
  /** The same for a repeated request: one command id is applied to one stream once. */
  readonly commandId: string;
  /** `person:<name>`. */
  readonly actor: string;
  readonly correlationId: string;
  /** From `If-Match`; absent = whatever stands in the log. */
  readonly expectedRevision?: number;
}
