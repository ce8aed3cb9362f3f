import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { parseDay } from '#kernel';
import type { Mail } from '../gateway.ts';
import { CUSTOMER, DrivenClock, failureOf, START } from '../outside-for-spec.ts';
import { invitationMail, originalMayEndMail, reminderMail } from './mail-texts.ts';
import { createSmtpMailer, messageIdOf } from './smtp-mailer.ts';

const LINK =
  'https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship&partnerId=p&msppId=0&DAP=false#/BillingAccounts/partner-invitation';
const who = {
  customerTenantId: CUSTOMER,
  to: 'it@contoso.example',
  customerName: 'Contoso\r\nBcc: all@contoso.example',
  partnerName: 'Fabrikam GmbH & Co. KG',
};
const day = (text: string) => parseDay(text)!;

describe('mail over SMTP', () => {
  const received: ParsedMail[] = [];
  let refuse: { at: 'rcpt' | 'data'; code: number } | undefined;
  let server: SMTPServer;
  let mailer: ReturnType<typeof createSmtpMailer>;

  beforeEach(async () => {
    received.length = 0;
    refuse = undefined;
    const refusal = (at: 'rcpt' | 'data') =>
      refuse?.at === at ? Object.assign(new Error('no mailbox it@contoso.example'), { responseCode: refuse.code }) : undefined;
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => done(refusal('rcpt')),
      onData: (stream, _session, done) => {
        void simpleParser(stream).then((mail) => {
          received.push(mail);
          done(refusal('data'));
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mailer = createSmtpMailer({
      url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
      from: 'Fabrikam <moves@fabrikam.example>',
      clock: new DrivenClock(),
      timeoutMs: 5_000,
    });
  });
  afterEach(async () => {
    mailer.close();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  const mail: Mail = invitationMail({ ...who, link: LINK, lapsesOn: day('2026-12-22') });

  test('an invitation arrives with its headers, its link whole, and nothing injected', async () => {
    const answer = await mailer.send('mail-1', mail);
    expect(answer.evidence).toEqual({ system: 'mail', requestId: 'mail-1', answerId: messageIdOf('mail-1'), answeredAt: START });
    const [got] = received;
    expect(got!.headers.get('x-cutover-customer')).toBe(CUSTOMER);
    expect(got!.headers.get('x-cutover-kind')).toBe('invitation');
    expect(got!.messageId).toBe(messageIdOf('mail-1'));
    expect(got!.date?.toISOString()).toBe(START);
    expect(got!.text).toContain(LINK);
    expect(got!.headers.has('bcc')).toBe(false);
    expect(got!.html).toBe(false);
  });

  test('the same mail has the same message id', () => {
    expect(messageIdOf('a')).toMatch(/^<[0-9a-f-]{36}@cutover\.invalid>$/);
    expect(messageIdOf('a')).not.toBe(messageIdOf('b'));
  });

  test('a subject with a line break begins no header', async () => {
    await mailer.send('mail-2', { ...mail, subject: 'Hello\r\nBcc: all@contoso.example\r\n\r\nbody' });
    expect(received[0]!.subject).toBe('Hello Bcc: all@contoso.example body');
    expect(received[0]!.headers.has('bcc')).toBe(false);
  });

  test.each([
    ['it@contoso.example, all@contoso.example'],
    ['it@contoso.example\r\nBcc: x@y.example'],
    ['<it@contoso.example>'],
    ['nobody'],
    [''],
  ])('the address %j is refused', async (to) => {
    const failure = await failureOf(mailer.send('mail-3', { ...mail, to }));
    expect(failure).toMatchObject({ kind: 'needs-person', code: 'mail-address-invalid' });
    expect(failure.message).not.toContain('@');
    expect(received).toHaveLength(0);
  });

  test.each([
    [{ at: 'rcpt', code: 550 } as const, 'needs-person', 'mail-refused', '550'],
    [{ at: 'data', code: 554 } as const, 'needs-person', 'mail-refused', '554'],
    [{ at: 'rcpt', code: 451 } as const, 'retry-later', 'mail-deferred', '451'],
    [{ at: 'data', code: 452 } as const, 'retry-later', 'mail-deferred', '452'],
  ])('%j is %s %s', async (answer, kind, code, outsideCode) => {
    refuse = answer;
    const failure = await failureOf(mailer.send('mail-4', mail));
    expect(failure).toMatchObject({ kind, code, outsideCode });
    expect(failure.message).not.toContain('@');
  });

  test('no server is tried again', async () => {
    const port = (server.server.address() as AddressInfo).port;
    await new Promise<void>((resolve) => server.close(resolve));
    const lost = createSmtpMailer({
      url: `smtp://127.0.0.1:${port}`,
      from: 'moves@fabrikam.example',
      clock: new DrivenClock(),
      timeoutMs: 5_000,
    });
    expect(await failureOf(lost.send('mail-5', mail))).toMatchObject({
      kind: 'retry-later',
      code: 'mail-unreachable',
      outcomeUnknown: false,
    });
    lost.close();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
});

describe('mail texts', () => {
  test('names stay on their line', () => {
    expect(invitationMail({ ...who, link: LINK, lapsesOn: day('2026-12-22') }).text).toContain(
      'Dear Contoso Bcc: all@contoso.example team,',
    );
  });

  test('a reminder says which one it is and when the request lapses', () => {
    const mail = reminderMail({ ...who, link: LINK, lapsesOn: day('2026-12-22'), reminderNumber: 2 });
    expect(mail.kind).toBe('reminder');
    expect(mail.subject).toContain('Reminder 2');
    expect(mail.text).toContain('2026-12-22');
    expect(mail.text).toContain(LINK);
  });

  const original = { ...who, subscriptionId: 's-1', offerName: 'Microsoft 365 Business Basic' };

  test('letting it expire warns of the paid extended term since 4 May 2026', () => {
    const mail = originalMayEndMail({ ...original, lastDay: day('2026-12-01'), by: 'expiry' });
    expect(mail.text).toMatch(/s-1[\s\S]*2026-12-01[\s\S]*recurring billing[\s\S]*2026-05-04[\s\S]*extended service term/);
    expect(originalMayEndMail({ ...original, lastDay: day('2026-05-03'), by: 'expiry' }).text).not.toContain('extended');
  });

  test('cancelling says that nothing is refunded', () => {
    expect(originalMayEndMail({ ...original, lastDay: day('2026-12-01'), by: 'cancellation' }).text).toMatch(
      /cancel[\s\S]*Nothing is refunded/,
    );
  });
});
