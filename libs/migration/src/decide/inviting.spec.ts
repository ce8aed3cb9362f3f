import { describe, expect, test } from '@jest/globals';
import { plusDays } from '#kernel';
import { relationshipFrom, stageOf, toDosOf } from '../index.ts';
import { A, Story, at, readyToBuy } from '../migrations-for-spec.ts';

const kinds = (story: Story): string[] => toDosOf(story.migration).map((toDo) => toDo.kind);
const stage = (story: Story): string => stageOf(story.migration);

describe('asking for the relationship', () => {
  test('is refused while an invitation is open and after the acceptance', () => {
    expect(new Story().registered().invited().whatIf({ type: 'RequestReseller' })).toBe('request-open');
    expect(new Story().registered().invited().accepted().whatIf({ type: 'RequestReseller' })).toBe('already-accepted');
  });

  test.each(['RecordDecline', 'LapseInvitation'] as const)('works again after %s', (type) => {
    const story = new Story().registered().invited().later(30);
    story.do(type === 'RecordDecline' ? { type, occurredAt: story.now, key: 'm' } : { type });
    expect(['declined', 'lapsed']).toContain(stage(story));
    expect(stage(story.do({ type: 'RequestReseller' }))).toBe('requested');
    expect(kinds(story)).toContain('send-invitation');
  });

  test('takes effect also where the decline’s clock runs ahead, or the service’s stands still', () => {
    for (const ahead of [0, 300_000]) {
      const story = new Story().registered().invited();
      const occurredAt = at(new Date(Date.parse(story.now) + ahead).toISOString());
      story.do({ type: 'RecordDecline', occurredAt, key: 'm' }).do({ type: 'RequestReseller' });
      expect(stage(story)).toBe('requested');
      expect(toDosOf(story.migration).find((toDo) => toDo.kind === 'send-invitation')?.dueAt).toBe(story.now);
    }
  });

  test('works again after a removal, while the stage stays', () => {
    const story = readyToBuy().do({ type: 'RecordRelationshipRemoved', occurredAt: at('2026-12-26'), key: 'removed' });
    expect(kinds(story)).toContain('check-relationship');
    story.do({ type: 'RequestReseller' });
    expect(kinds(story)).toContain('send-invitation');
    story.invited();
    expect([stage(story), kinds(story).includes('send-reminder'), kinds(story).includes('start-purchase')]).toEqual([
      'accepted',
      true,
      false,
    ]);
    story.later(1).accepted();
    expect(kinds(story)).toContain('start-purchase');
  });
});

describe('an answer', () => {
  test('at the very moment of the request is an answer to it', () => {
    const story = new Story().registered().invited();
    story.do({ type: 'RecordDecline', occurredAt: story.now, key: '/a 1' });
    expect(stage(story)).toBe('declined');
  });

  test('that declined before any invitation of ours went out answers an earlier one: the customer is asked', () => {
    const decline = { type: 'RecordDecline', occurredAt: at('2026-03-05'), key: 'm' } as const;
    const before = new Story().registered().do(decline);
    expect([stage(before), kinds(before).includes('send-invitation')]).toEqual(['registered', true]);
    const after = new Story().registered().invited().do(decline);
    expect([stage(after), stage(before.invited())]).toEqual(['requested', 'requested']);
  });

  test('that accepts counts also from before the registration', () => {
    expect(stage(new Story().registered().accepted(at('2026-03-05')))).toBe('accepted');
  });

  test('that accepts revives what was declined or lapsed, even where it happened before the lapse', () => {
    const story = new Story().registered().invited().later(30).do({ type: 'LapseInvitation' });
    story.later(1).accepted(at('2026-12-15'));
    expect(stage(story)).toBe('accepted');
    expect(relationshipFrom(story.migration.relationshipFacts).acceptedAt).toBe(at('2026-12-15'));
  });

  test('is recorded once, however often it comes', () => {
    const story = new Story().registered().invited().accepted(at('2026-12-02'), 'k');
    expect(story.whatIf({ type: 'RecordAcceptance', occurredAt: at('2026-12-02'), key: 'k' })).toEqual([]);
  });

  test('that removes what was never accepted keeps the invitation open, and an acceptance after it counts', () => {
    const story = new Story()
      .registered()
      .invited()
      .do({ type: 'RecordRelationshipRemoved', occurredAt: at('2026-12-02'), key: 'r' });
    expect([stage(story), kinds(story).includes('send-reminder')]).toEqual(['requested', true]);
    story.later(3).accepted();
    expect(relationshipFrom(story.migration.relationshipFacts).removedSince).toBeNull();
  });
});

describe('an invitation', () => {
  test('that went out is recorded once, and asks for the relationship where nobody did before', () => {
    const story = new Story().registered().invited();
    expect(story.types()).toEqual(['migration.registered.v1', 'migration.reseller-requested.v1', 'migration.invitation-sent.v1']);
    expect(story.whatIf({ type: 'RecordInvitationSent', link: 'l', mailed: true })).toEqual([]);
  });

  test('lapses in its own time only', () => {
    const story = new Story().registered().invited().later(29);
    expect(story.whatIf({ type: 'LapseInvitation' })).toEqual([]);
    expect(story.later(1).whatIf({ type: 'LapseInvitation' })).toEqual(['migration.invitation-lapsed.v1']);
  });

  test('that lapsed is not lapsed again by a command that comes late', () => {
    const story = new Story().registered().invited().later(30).do({ type: 'LapseInvitation' }, { type: 'RequestReseller' }).invited();
    expect(story.later(1).whatIf({ type: 'LapseInvitation' })).toEqual([]);
  });

  test('is reminded of by number, each once', () => {
    const story = new Story().registered().invited().later(7).do({ type: 'RecordReminderSent', number: 1 });
    expect(story.whatIf({ type: 'RecordReminderSent', number: 1 })).toEqual([]);
    expect(story.migration.invitation?.reminders).toBe(1);
  });

  test('is reminded of once for all the days that passed while nothing went out', () => {
    const reminder = (story: Story) => toDosOf(story.migration).find(({ kind }) => kind === 'send-reminder');
    const story = new Story().registered().invited();
    const sentAt = story.now;
    story.do({ type: 'Hold', reason: 'wait', until: null }).later(16).do({ type: 'Resume' });
    expect(reminder(story)?.dueAt).toBe(plusDays(sentAt, 7));
    story.do({ type: 'RecordReminderSent', number: 1 });
    expect([story.migration.invitation?.reminders, reminder(story)?.dueAt]).toEqual([1, plusDays(sentAt, 21)]);
    expect(reminder(story.later(13.5).do({ type: 'RecordReminderSent', number: 2 }))).toBeUndefined();
  });

  test('is reminded of anew after a new request', () => {
    const story = new Story().registered().invited().later(29).do({ type: 'RecordReminderSent', number: 1 });
    story.later(1).do({ type: 'LapseInvitation' }, { type: 'RequestReseller' }).invited();
    expect(toDosOf(story.migration).find(({ kind }) => kind === 'send-reminder')?.dueAt).toBe(plusDays(story.now, 7));
  });

  test('is not sent while the migration is held; whether the customer accepted is still looked at', () => {
    const story = new Story().registered().invited().do({ type: 'Hold', reason: 'wait', until: null });
    expect(kinds(story)).toEqual(['check-relationship', 'assess-coverage']);
    expect(new Story().registered().do({ type: 'Hold', reason: 'wait', until: null }).whatIf({ type: 'RequestReseller' })).toBe('on-hold');
    expect(story.migration.lines[0]?.originalSubscriptionId).toBe(A);
  });
});
