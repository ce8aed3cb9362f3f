import type { CustomerEnding, Ending } from './ending.ts';
import { ordersOf } from './judge/orders.ts';

/**
 * Where a customer ended, without the times. A crash makes further calls, and faults strike calls: where there are any,
 * the same work is done at other times, and with it goes whether a term was renewed meanwhile, and what covered whom.
 */
function endOf(ending: CustomerEnding, faults: boolean): object {
  const { view, ledger } = ending;
  // A person ends it at a fixed time: how far it had come by then goes with the faults.
  if (faults && view.stage === 'withdrawn') return { stage: view.stage };
  return {
    stage: view.stage,
    onHold: view.onHold,
    attention: view.attentions.map(({ code }) => code).sort(),
    bought: ordersOf(ending)
      .map(({ skuId, quantity }) => `${quantity} of ${skuId}`)
      .sort(),
    licensesWritten: ledger.filter(({ kind }) => kind === 'license').length,
    lines: view.lineItems.map(({ originalSubscriptionId, stage, original, target, licenses, coverage }) => ({
      originalSubscriptionId,
      stage,
      target: [target.state, target.skuId, target.seats],
      licenses,
      ...(!faults && {
        original: [original.state, original.termEnd],
        coverage: coverage.map(({ by, seats, grace }) => `${by} ${seats}${grace ? ' in grace' : ''}`),
      }),
    })),
  };
}

/**
 * After the lapse nothing asks whether the customer has accepted all the same: only a message tells, and where there are
 * faults some never come. Which of the two lives hears of it goes with their calls.
 */
function maybeUnheard(endings: readonly CustomerEnding[]): boolean {
  const haveLapsed = endings.every(({ migration }) => migration.relationshipFacts.some(({ kind }) => kind === 'lapsed'));
  return haveLapsed && endings.some(({ view }) => view.stage === 'lapsed');
}

/** What became of the same seed with crashes, and without: every customer for whom it is not the same. */
export function differences(crashed: Ending, undisturbed: Ending, faults: boolean): string[] {
  return crashed.customers.flatMap((ending, index) => {
    const endings = [ending, undisturbed.customers[index]!];
    if (faults && maybeUnheard(endings)) return [];
    const [with_, without] = endings.map((of) => JSON.stringify(endOf(of, faults)));
    return with_ === without ? [] : [`${ending.customer.tenant}: with crashes ${with_}, without ${without}`];
  });
}
