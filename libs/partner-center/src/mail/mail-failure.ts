import { OutsideFailure } from '../gateway.ts';

interface SmtpError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly command?: unknown;
}

/** What an SMTP failure means. The server's text names the recipient, so only its number is passed on. */
export function mailFailure(error: unknown): OutsideFailure {
  const { code, responseCode, command } = (typeof error === 'object' && error !== null ? error : {}) as SmtpError;
  const status = typeof responseCode === 'number' ? responseCode : undefined;
  const outsideCode = status === undefined ? (typeof code === 'string' ? code : undefined) : String(status);
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    return new OutsideFailure(
      'needs-person',
      'mail-login-refused',
      'The mail server refused the login: check the user and password of the mail address (MAIL_URL).',
      undefined,
      outsideCode,
    );
  }
  if (status !== undefined && status >= 500) {
    return new OutsideFailure(
      'needs-person',
      'mail-refused',
      `The mail server refused this mail for good (${status}): check the contact address and the sender.`,
      undefined,
      outsideCode,
    );
  }
  if (status !== undefined && status >= 400) {
    return new OutsideFailure(
      'retry-later',
      'mail-deferred',
      `The mail server cannot take this mail now (${status}); it will be sent again.`,
      undefined,
      outsideCode,
    );
  }
  // Once the text was on its way, the server may have taken it although its word was lost.
  const underWay = command === 'DATA' || (code !== 'EDNS' && code !== 'ECONNREFUSED' && command !== 'CONN');
  return new OutsideFailure(
    'retry-later',
    'mail-unreachable',
    `The mail server gave no answer (${outsideCode ?? 'connection lost'}); it will be tried again. If this lasts, check the mail address (MAIL_URL).`,
    undefined,
    outsideCode,
    underWay,
  );
}
