/** A webhook that is not to be believed: the status to answer with, a stable code, and what was wrong. */
export interface WebhookRefusal {
  readonly ok: false;
  readonly status: 400 | 401;
  readonly code: string;
  readonly detail: string;
}

export type WebhookVerdict = { readonly ok: true } | WebhookRefusal;

export function refused(status: 400 | 401, code: string, detail: string): WebhookRefusal {
  return { ok: false, status, code, detail };
}
