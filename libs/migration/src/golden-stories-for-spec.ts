import type { DomainEvent } from '#kernel';
import { type MigrationState, NO_MIGRATION, migrationDecider } from './index.ts';
import { licenseReassignmentDecider } from './license-reassignment/license-reassignment.ts';
import { A, B, NATURAL_END, OTHER_SKU, START, Story, at, day, line, readyToBuy, target } from './migrations-for-spec.ts';

/** Lives that together tell every event type: what the code writes today, to be held against what it wrote once. */
const lives: readonly (() => Story)[] = [
  function sameOfferWithARetry() {
    const story = readyToBuy().purchaseStarted().cart();
    const { attempt, cartId } = story.migration.purchase!;
    story.do({
      type: 'RecordPurchaseOutcome',
      attempt,
      cartId,
      orders: [],
      failedLines: [{ lineNumber: 0, code: 'catalog-item-gone', detail: 'catalog item is gone', final: false }],
    });
    story.later(1).bought().provisioned();
    story.do({
      type: 'RecordEndingCheck',
      originalSubscriptionId: A,
      facts: { targetActive: true, sameCustomer: true, activeSeats: 20, unlicensedUsers: 0, originalActive: true },
    });
    story.do({
      type: 'RecordEndingCheck',
      originalSubscriptionId: A,
      facts: { targetActive: true, sameCustomer: true, activeSeats: 25, unlicensedUsers: 0, originalActive: true },
    });
    story.do({ type: 'RecordEndAdvised', originalSubscriptionId: A, mailed: true });
    story.original('expiring', story.now, day('2026-12-31'));
    return story.on('2027-01-01T06:00:00Z').original('expired', NATURAL_END).later(1).original('renewed', story.now, day('2027-12-31'));
  },
  function anotherOfferThatIsCancelled() {
    const story = readyToBuy({}, { skuId: OTHER_SKU })
      .on('2026-12-20')
      .do({ type: 'ProvisionSubscription', originalSubscriptionId: null, notBefore: at('2026-12-21') });
    story.on('2026-12-21').bought().provisioned();
    story.do({ type: 'RecordReassignment', originalSubscriptionId: A, inScope: 20, reassigned: 0, failed: 0, complete: false });
    story.do({ type: 'RecordReassignment', originalSubscriptionId: A, inScope: 20, reassigned: 12, failed: 1, complete: false });
    story.do({ type: 'RecordReassignment', originalSubscriptionId: A, inScope: 20, reassigned: 20, failed: 0, complete: true });
    const facts = { targetActive: true, sameCustomer: true, activeSeats: 25, unlicensedUsers: 0, originalActive: true };
    story.later(2).do({ type: 'ChooseOriginalEnd', originalSubscriptionId: A, by: 'cancellation', acknowledgeNoRefund: true, facts });
    return story.later(1).original('cancelled');
  },
  function unansweredAndUnmapped() {
    const story = new Story().registered().do({ type: 'AddLines', lines: [line({ originalSubscriptionId: B })] });
    story.do({
      type: 'RecordOfferMatches',
      matches: [
        { originalSubscriptionId: A, target: target(), detail: '' },
        { originalSubscriptionId: B, target: null, detail: 'the catalog sells no offer with this SKU' },
      ],
    });
    story.invited().later(7).do({ type: 'RecordReminderSent', number: 1 });
    story.do({
      type: 'RaiseAttention',
      kind: 'send-reminder',
      originalSubscriptionId: null,
      code: 'mail-refused',
      detail: 'the mailbox is full',
    });
    story.do({ type: 'ClearAttention', kind: 'send-reminder', originalSubscriptionId: null }, { type: 'Retry' });
    story.do({ type: 'Hold', reason: 'the customer is on holiday', until: at('2026-12-28') }, { type: 'Resume' });
    story.on('2026-12-30').do({ type: 'AssessCoverage' }).on('2027-01-01').do({ type: 'AssessCoverage' });
    story.later(3).do({ type: 'LapseInvitation' });
    return story
      .later(1)
      .accepted()
      .do({ type: 'RecordRelationshipRemoved', occurredAt: story.now, key: 'webhook removed' })
      .original('extended');
  },
  function declinedAndWithdrawn() {
    const story = new Story().registered().invited().later(1);
    story.do({ type: 'RecordDecline', occurredAt: story.now, key: 'message declined' });
    return story.do(
      { type: 'Withdraw', reason: 'the customer stays where it is' },
      { type: 'Supersede', successorId: '3f6d2b1c-8a54-5d0e-b7c9-1e2f3a4b5c6d' },
    );
  },
];

export interface Example {
  readonly event: DomainEvent;
  /** The migration as it stood before; null also for events of other streams. */
  readonly before: MigrationState;
}

/** The first event of each type that these lives bring about. */
export function examplesWrittenToday(): ReadonlyMap<string, Example> {
  const examples = new Map<string, Example>();
  for (const life of lives) {
    let state = NO_MIGRATION;
    for (const event of life().events) {
      if (!examples.has(event.type)) examples.set(event.type, { event, before: state });
      state = migrationDecider.evolve(state, event);
    }
  }
  for (const event of reassignmentEvents()) examples.set(event.type, { event, before: NO_MIGRATION });
  return examples;
}

function reassignmentEvents(): readonly DomainEvent[] {
  const decision = licenseReassignmentDecider.decide(
    {
      type: 'RecordUsers',
      at: START,
      reassigned: ['9f0d8f9e-7a4e-4f0e-9d55-0c7a1f2b3c4d'],
      failed: [{ userId: '2c6c1a52-0a3b-4c1d-8e9f-a0b1c2d3e4f5', code: 'out-of-licenses' }],
    },
    licenseReassignmentDecider.initialState,
  );
  return decision.kind === 'events' ? decision.events : [];
}
