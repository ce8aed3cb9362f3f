import { derivedId, parseGuid, type Clock } from '#kernel';
import { createTransport } from 'nodemailer';
import { OutsideFailure, type Mail, type Mailer } from '../gateway.ts';
import { mailFailure } from './mail-failure.ts';
import { oneLine } from './one-line.ts';

export interface SmtpMailerOptions {
  /** `smtp://host:25`, `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`. */
  readonly url: string;
  /** `name@domain` or `Name <name@domain>`. */
  readonly from: string;
  readonly clock: Clock;
  readonly maxConnections?: number;
  /** Real milliseconds for connecting, greeting and silence. Default 30,000. */
  readonly timeoutMs?: number;
}

/** One plain address: nothing that could begin a second recipient or a header. */
const ADDRESS = /^[^\s@"(),:;<>[\]\\\p{Cc}]+@[^\s@"(),:;<>[\]\\\p{Cc}]+$/u;

/** `<…@cutover.invalid>`, the same for the same mail: a repeated mail can be told by it. */
export function messageIdOf(mailId: string): string {
  return `<${derivedId('mail', mailId)}@cutover.invalid>`;
}

/** Mails over a pool of SMTP connections; `close` ends them. */
export function createSmtpMailer({
  url,
  from,
  clock,
  maxConnections = 4,
  timeoutMs = 30_000,
}: SmtpMailerOptions): Mailer & { close(): void } {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mailId: string, mail: Mail) {
      const customer = parseGuid(mail.customerTenantId);
      if (customer === undefined || !ADDRESS.test(mail.to) || mail.to.length > 320) {
        throw new OutsideFailure(
          'needs-person',
          'mail-address-invalid',
          "The contact address (or the customer's id) cannot be mailed to: correct it, or send the link yourself.",
        );
      }
      const messageId = messageIdOf(mailId);
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: mail.to },
          subject: oneLine(mail.subject),
          text: mail.text,
          messageId,
          date: new Date(clock.now()),
          headers: { 'X-Cutover-Customer': customer, 'X-Cutover-Kind': oneLine(mail.kind), 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw mailFailure(error);
      }
      return { value: null, evidence: { system: 'mail', requestId: mailId, answerId: messageId, answeredAt: clock.now() } };
    },
    close: () => transport.close(),
  };
}
