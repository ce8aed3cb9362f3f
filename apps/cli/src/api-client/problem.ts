/** RFC 9457, as the service writes it. */
export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly hint: string }[];
  /** The document as it came, with its further members. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** The service answered, and said no. */
export class ProblemAnswer extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds after which it may be tried again, when the service said so. */
    readonly retryAfter: number | null,
  ) {
    super(problem.detail);
  }
}

/** The service does not answer at all. `code`: the network's own (`ECONNREFUSED`, …). */
export class NoAnswer extends Error {
  constructor(
    readonly url: string,
    readonly code: string,
    cause: unknown,
  ) {
    super(`${url} does not answer (${code})`, { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** Anything that answers on that address may not be our service: what it said is shown, shortened. */
export async function problemAnswerOf(response: Response): Promise<ProblemAnswer> {
  const text = await response.text();
  let document: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed)) document = parsed;
  } catch {
    document = {};
  }
  const errors = (Array.isArray(document.errors) ? (document.errors as unknown[]) : []).filter(isRecord);
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ProblemAnswer(
    {
      ...(typeof document.type === 'string' && { type: document.type }),
      title: textOf(document.title, `The service answered ${response.status}${response.statusText ? ` ${response.statusText}` : ''}`),
      status: response.status,
      code: textOf(document.code, `http-${response.status}`),
      detail: textOf(document.detail, text.trim().slice(0, 300)),
      errors: errors.map((error) => ({ pointer: textOf(error.pointer, '/'), code: textOf(error.code, ''), hint: textOf(error.hint, '') })),
      document,
    },
    Number.isFinite(after) ? after : null,
  );
}

/** Why a `fetch` failed: the network's code, else in the platform's words. */
export function whyNoAnswer(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return networkCodeOf(error) ?? (cause instanceof Error ? cause.message : 'no connection');
}

/** With several addresses of one name the first one's. */
function networkCodeOf(error: unknown): string | undefined {
  const { code, cause, errors } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown; readonly errors?: unknown };
  if (typeof code === 'string') return code;
  if (Array.isArray(errors) && errors.length > 0) return networkCodeOf(errors[0]);
  return cause === undefined || cause === null ? undefined : networkCodeOf(cause);
}
