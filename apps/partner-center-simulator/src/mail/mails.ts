import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';

export const MAIL_KINDS = ['invitation', 'reminder', 'original-may-end'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

export interface ReceivedMail {
  readonly messageId: string;
  /** From `X-Cutover-Customer`; `null` when the header names none. */
  readonly customer: string | null;
  /** From `X-Cutover-Kind`. */
  readonly kind: MailKind | null;
  readonly at: Instant;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const COLUMNS = 'message_id AS messageId, customer, kind, at, sender AS "from", recipient AS "to", subject, text';

/** All mails that came, each Message-ID once. */
export class Mails {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** False when a mail with this Message-ID came before. */
  keep(mail: ReceivedMail): boolean {
    const added = this.#db.run(
      'INSERT INTO mails (message_id, customer, kind, at, sender, recipient, subject, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      mail.messageId,
      mail.customer,
      mail.kind,
      mail.at,
      mail.from,
      mail.to,
      mail.subject,
      mail.text,
    );
    return added > 0;
  }

  /** The newest ones, newest last. */
  newest(customer: string | null, limit: number): ReceivedMail[] {
    const rows = customer
      ? this.#db.all<ReceivedMail>(`SELECT ${COLUMNS} FROM mails WHERE customer = ? ORDER BY seq DESC LIMIT ?`, customer, limit)
      : this.#db.all<ReceivedMail>(`SELECT ${COLUMNS} FROM mails ORDER BY seq DESC LIMIT ?`, limit);
    return rows.reverse();
  }
}
