import { dayOf, plusDays, type Instant } from '#kernel';
import { invitationMail, reminderMail } from '#partner-center';
import { mailCustomer } from './mail-customer.ts';
import { acceptedAlready } from './relationship-look.ts';
import type { Work, WorkHandler } from './work.ts';

/** Seed article, step 1. Without an address, or with one that is refused for good, the link is there to copy. */
export const sendInvitation: WorkHandler = async (work) => {
  const accepted = await acceptedAlready(work);
  if (accepted) return accepted;
  const { value, evidence } = await work.parts.gateway.invitationLink(work.writeId('invitation'));
  const sent = await mailCustomer(work, (to) =>
    invitationMail({ ...recipient(work, to), link: value.link, lapsesOn: dayOf(lapsesAt(work, work.now)) }),
  );
  return work.record(
    'invited',
    { type: 'RecordInvitationSent', at: work.now, link: value.link, mailed: 'evidence' in sent },
    { evidence, ...sent },
  );
};

/** After a hold or an outage one mail stands for all days that passed; where the lapse is due as well, none goes out. */
export const sendReminder: WorkHandler = async (work) => {
  const accepted = await acceptedAlready(work);
  if (accepted) return accepted;
  const { invitation } = work.migration;
  const number = (invitation?.reminders ?? 0) + 1;
  const lapses = lapsesAt(work, invitation?.sentAt ?? work.now);
  if (lapses <= work.now) return work.again(plusDays(work.now, 1), 'the invitation lapses');
  const lapsesOn = dayOf(lapses);
  const sent = await mailCustomer(work, (to) =>
    reminderMail({ ...recipient(work, to), link: invitation?.link ?? '', lapsesOn, reminderNumber: number }),
  );
  return work.record('reminded', { type: 'RecordReminderSent', at: work.now, number }, sent);
};

export const checkRelationship: WorkHandler = async (work) => {
  const accepted = await acceptedAlready(work);
  if (accepted) return accepted;
  await work.worksAgain();
  return work.again(plusDays(work.now, work.migration.policy.relationshipCheckDays), 'not accepted yet');
};

export const lapseInvitation: WorkHandler = async (work) =>
  (await acceptedAlready(work)) ?? work.record('lapsed', { type: 'LapseInvitation', at: work.now });

function lapsesAt(work: Work, sentAt: Instant): Instant {
  return plusDays(sentAt, work.migration.policy.lapseAfterDays);
}

function recipient(work: Work, to: string) {
  return { customerTenantId: work.customer, to, customerName: work.migration.customerName, partnerName: work.parts.partnerName };
}
