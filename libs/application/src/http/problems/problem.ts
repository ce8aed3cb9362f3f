/** One fault of a request: where in it (JSON pointer; for a query parameter or a header its name), a stable code, and what would be right. */
export interface FieldFault {
  readonly pointer: string;
  readonly code: string;
  readonly hint: string;
}

export interface ProblemMembers {
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the document (RFC 9457, §3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An answer other than success, on its way out as `application/problem+json` (RFC 9457). `code` is stable. */
export class Problem extends Error {
  readonly errors: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    /** HTTP status. */
    readonly status: number,
    readonly code: string,
    /** For whoever sent the request: what was wrong, and what to do next. Never a secret, never personal data of others. */
    readonly detail: string,
    { errors = [], headers = {}, extensions = {} }: ProblemMembers = {},
  ) {
    super(`${code}: ${detail}`);
    this.errors = errors;
    this.headers = headers;
    this.extensions = extensions;
  }

  document(): Record<string, unknown> {
    return {
      type: `urn:cutover:problem:${this.code}`,
      title: titleOf(this.code),
      status: this.status,
      code: this.code,
      detail: this.detail,
      ...(this.errors.length > 0 && { errors: this.errors }),
      ...this.extensions,
    };
  }
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The code in words: short, the same for every occurrence. */
function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function invalidRequest(errors: readonly FieldFault[]): Problem {
  const shown = errors.slice(0, 3).map(({ pointer, hint }) => `${pointer}: ${hint}`);
  const more = errors.length > shown.length ? `; and ${errors.length - shown.length} more` : '';
  return new Problem(400, 'validation-failed', `The request cannot be used as it is. ${shown.join('; ')}${more}`, { errors });
}
