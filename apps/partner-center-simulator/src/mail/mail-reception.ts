import type { CustomerAnswers } from '../customers/customer-answers.ts';
import { parseCustomerDescription, type DescribedCustomer } from '../customers/customer-description.ts';
import type { CustomerRegister } from '../customers/customer-register.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Database } from '../storage/database.ts';
import type { Mails, ReceivedMail } from './mails.ts';

export interface MailReceptionParts {
  readonly db: Database;
  readonly mails: Mails;
  readonly register: CustomerRegister;
  readonly answers: CustomerAnswers;
  readonly ledger: Ledger;
}

/** What a mail does: it is kept, stands in the ledger, and an invitation starts its customer's clock. */
export class MailReception {
  readonly #parts: MailReceptionParts;
  readonly #byDefault: DescribedCustomer = defaultCustomer();

  constructor(parts: MailReceptionParts) {
    this.#parts = parts;
  }

  receive(mail: ReceivedMail): void {
    const { db, mails, register, answers, ledger } = this.#parts;
    const { customer, kind, at } = mail;
    db.transaction(() => {
      if (!mails.keep(mail) || customer === null) return;
      register.ensure(customer, this.#byDefault);
      if (kind === 'invitation' || kind === 'reminder')
        ledger.record(at, customer, { kind, requestId: mail.messageId, status: 'received' });
      if (kind === 'invitation') answers.invited(customer, at);
    });
  }
}

function defaultCustomer(): DescribedCustomer {
  const described = parseCustomerDescription({});
  if ('faults' in described) throw new Error('The default customer is not describable.');
  return described.customer;
}
