import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { parseGuid, type Clock } from '#kernel';
import type { MailReception } from './mail-reception.ts';
import { MAIL_KINDS } from './mails.ts';

const CUSTOMER_HEADER = 'x-cutover-customer';
const KIND_HEADER = 'x-cutover-kind';

/** The customers' mailbox: an SMTP server that takes every mail, and says so only when it is kept. */
export class Mailbox {
  readonly #server: SMTPServer;
  readonly #reception: MailReception;
  readonly #clock: Clock;

  constructor(reception: MailReception, clock: Clock) {
    this.#reception = reception;
    this.#clock = clock;
    this.#server = new SMTPServer({
      authOptional: true,
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1_000,
      onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? 'anyone' }),
      onData: (stream, _session, callback) => {
        this.#receive(stream).then(
          () => callback(),
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
        );
      },
    });
    // A client that drops its connection is its own affair.
    this.#server.on('error', () => undefined);
  }

  /** Gives the port that it listens on. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.server.once('error', reject);
      this.#server.listen(port, host, () => resolve());
    });
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #receive(stream: SMTPServerDataStream): Promise<void> {
    const mail = await simpleParser(stream, { skipImageLinks: true, skipTextLinks: true });
    const text = mail.text ?? '';
    this.#reception.receive({
      messageId:
        mail.messageId ??
        `<${createHash('sha256')
          .update(`${mail.subject ?? ''}${text}`)
          .digest('hex')}@no-message-id>`,
      customer: parseGuid(headerOf(mail, CUSTOMER_HEADER)) ?? null,
      kind: MAIL_KINDS.find((kind) => kind === headerOf(mail, KIND_HEADER).toLowerCase()) ?? null,
      at: this.#clock.now(),
      from: mail.from?.text ?? '',
      to: [mail.to ?? []]
        .flat()
        .map(({ text: address }) => address)
        .join(', '),
      subject: mail.subject ?? '',
      text,
    });
  }
}

function headerOf(mail: ParsedMail, name: string): string {
  const value = mail.headers.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
