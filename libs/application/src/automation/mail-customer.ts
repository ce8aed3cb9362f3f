import type { Evidence } from '#kernel';
import { OutsideFailure, type Mail } from '#partner-center';
import type { Work } from './work.ts';

/** Evidence of the mail, or the reason why none went out. */
export type Mailed = { readonly evidence: Evidence } | { readonly reason: string };

/** Mails the customer's contact. An address that the server refuses for good stays refused: the process does not hang on it. */
export async function mailCustomer(work: Work, write: (to: string) => Mail): Promise<Mailed> {
  const to = work.migration.contactEmail;
  if (to === null) return { reason: 'no mail address is known' };
  try {
    return { evidence: (await work.parts.mailer.send(work.writeId('mail'), write(to))).evidence };
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.code === 'mail-refused') return { reason: failure.message };
    throw failure;
  }
}
