import type { Simulator } from '../../apps/partner-center-simulator/src/index.ts';
import type { Control } from './control.ts';
import type { SimulatedCustomer, SimulatedLine } from './simulated-customer.ts';

/** More than come in a day. */
const MAILS_A_LOOK = 150;

/** What customers do about the mails that they get: where they are told that an original may end, most see to it. */
export class CustomerSide {
  readonly #simulator: Simulator;
  readonly #control: Control;
  readonly #read = new Set<string>();
  readonly #ends = new Set<string>();

  constructor(simulator: Simulator, control: Control) {
    this.#simulator = simulator;
    this.#control = control;
  }

  describe(customer: SimulatedCustomer): void {
    const { tenant, name, domain, contactEmail, invitation, answersAfter, users, directoryAccess, lines } = customer;
    this.#simulator.describeCustomer(tenant, {
      name,
      domain,
      country: 'US',
      contactEmail,
      invitation,
      answersAfter,
      users,
      directoryAccess,
      originals: lines.map(({ registration: { originalSubscriptionId, skuId, seats, termEnd, autoRenew, program }, atEnd }) => ({
        subscriptionId: originalSubscriptionId,
        skuId,
        seats,
        termEnd,
        autoRenew,
        program,
        atEnd: this.#ends.has(originalSubscriptionId) ? 'expire' : atEnd,
      })),
    });
  }

  async readMails(customers: ReadonlyMap<string, SimulatedCustomer>): Promise<void> {
    for (const { messageId, customer: tenant, kind, text } of await this.#control.mails(MAILS_A_LOOK)) {
      if (this.#read.has(messageId) || kind !== 'original-may-end') continue;
      this.#read.add(messageId);
      const customer = customers.get(tenant ?? '');
      const line = customer?.lines.find(({ registration }) => text.includes(registration.originalSubscriptionId));
      if (!customer || !line) throw new Error(`a mail names no original that is known: ${text}`);
      await this.hearsThatItMayEnd(customer, line, text.includes('choose to cancel it') ? 'cancellation' : 'expiry');
    }
  }

  async hearsThatItMayEnd(customer: SimulatedCustomer, line: SimulatedLine, by: 'expiry' | 'cancellation'): Promise<void> {
    if (by === 'cancellation') await this.#control.act(customer.tenant, 'cancel-original', line.registration.originalSubscriptionId);
    else if (line.followsAdvice) await this.#letExpire(customer, line);
  }

  async #letExpire(customer: SimulatedCustomer, { registration }: SimulatedLine): Promise<void> {
    const { originals } = await this.#control.customer(customer.tenant);
    const original = originals.find(({ subscriptionId }) => subscriptionId === registration.originalSubscriptionId);
    if (original?.state !== 'running' || original.termEnd !== registration.termEnd) return;
    this.#ends.add(registration.originalSubscriptionId);
    this.describe(customer);
  }
}
