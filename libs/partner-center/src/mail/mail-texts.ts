import { parseDay, type Day } from '#kernel';
import type { Mail } from '../gateway.ts';
import { oneLine } from './one-line.ts';

interface Recipient {
  readonly customerTenantId: string;
  readonly to: string;
  readonly customerName: string;
  readonly partnerName: string;
}

export interface InvitationMail extends Recipient {
  readonly link: string;
  /** The last day on which we count on an answer. */
  readonly lapsesOn: Day;
}

export interface ReminderMail extends InvitationMail {
  /** 1 for the first. */
  readonly reminderNumber: number;
}

export interface OriginalMayEndMail extends Recipient {
  readonly subscriptionId: string;
  readonly offerName: string;
  /** Its last whole UTC day. */
  readonly lastDay: Day;
  readonly by: 'expiry' | 'cancellation';
}

export function invitationMail(mail: InvitationMail): Mail {
  const { partner, customer } = names(mail);
  return letter(mail, 'invitation', `${partner} asks to become your Microsoft reseller`, [
    `${partner} asks to become a reseller for ${customer}, so that your Microsoft subscriptions can go on through them without interruption.`,
    acceptance(mail),
    'Accepting changes none of your existing subscriptions and gives no access to your data.',
    `Please answer by ${mail.lapsesOn} (UTC).`,
  ]);
}

export function reminderMail(mail: ReminderMail): Mail {
  const { partner, customer } = names(mail);
  return letter(mail, 'reminder', `Reminder ${mail.reminderNumber}: ${partner} asks to become your Microsoft reseller`, [
    `This is reminder ${mail.reminderNumber}: ${partner} has asked to become a reseller for ${customer} and has no answer yet.`,
    acceptance(mail),
    `Without an answer by ${mail.lapsesOn} (UTC) the request lapses, and nothing is changed or bought.`,
  ]);
}

/** From this day on a term that is merely not renewed may go on as a paid extended term (facts §8.3). */
const EXTENDED_TERMS_FROM = parseDay('2026-05-04')!;

export function originalMayEndMail(mail: OriginalMayEndMail): Mail {
  const offer = oneLine(mail.offerName);
  return letter(mail, 'original-may-end', `Your old subscription ${offer} may end now`, [
    `The replacement for "${offer}" is in place: its licenses are active and assigned. The old subscription ${oneLine(mail.subscriptionId)} is no longer needed.`,
    ...(mail.by === 'expiry' ? byExpiry(mail) : byCancellation(mail)),
    'Please end only this one subscription, and remove no licenses from users yourself.',
  ]);
}

function byExpiry({ lastDay }: OriginalMayEndMail): string[] {
  return [
    `Let it run out: its last day is ${lastDay} (UTC). In the Microsoft 365 admin center, under Billing > Your products, open this subscription and turn off recurring billing before that day.`,
    ...(lastDay >= EXTENDED_TERMS_FROM
      ? [
          `Since ${EXTENDED_TERMS_FROM}, turning recurring billing off may not be enough: the subscription may then go on month by month as a paid extended service term. Where the admin center offers it, choose to cancel at the end of the term, and check that it says so.`,
        ]
      : []),
  ];
}

function byCancellation({ lastDay }: OriginalMayEndMail): string[] {
  return [
    `You have chosen to cancel it before its last day, ${lastDay} (UTC). In the Microsoft 365 admin center, under Billing > Your products, open this subscription and choose to cancel it.`,
    'Nothing is refunded for the days that remain.',
    ...(lastDay >= EXTENDED_TERMS_FROM
      ? [
          `Turning off recurring billing alone does not cancel it: since ${EXTENDED_TERMS_FROM} that may lead to a paid extended service term.`,
        ]
      : []),
  ];
}

function acceptance({ link }: InvitationMail): string {
  return `A global administrator of your Microsoft 365 tenant can review and accept the request here:\n\n${oneLine(link)}`;
}

function names(mail: Recipient): { partner: string; customer: string } {
  return { partner: oneLine(mail.partnerName), customer: oneLine(mail.customerName) };
}

function letter(mail: Recipient, kind: Mail['kind'], subject: string, paragraphs: readonly string[]): Mail {
  const { partner, customer } = names(mail);
  const text = [`Dear ${customer} team,`, ...paragraphs, `Kind regards\n${partner}`].join('\n\n');
  return { customerTenantId: mail.customerTenantId, kind, to: mail.to, subject, text: `${text}\n` };
}
