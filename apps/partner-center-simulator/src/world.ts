import type { Clock } from '#kernel';
import { CallCounter } from './calls/call-counter.ts';
import { RateLimits } from './calls/rate-limits.ts';
import { Catalog } from './catalog/catalog.ts';
import { CustomerAnswers } from './customers/customer-answers.ts';
import { CustomerRegister } from './customers/customer-register.ts';
import { Customers } from './customers/customers.ts';
import { Relationships } from './customers/relationships.ts';
import { CloudEvents } from './deliveries/cloud-events.ts';
import { Outbox } from './deliveries/outbox.ts';
import { WebhookNotices } from './deliveries/webhook-notices.ts';
import { WebhookRegistration } from './deliveries/webhook-registration.ts';
import { WebhookSigner } from './deliveries/webhook-signer.ts';
import { FaultSwitches } from './faults/fault-switches.ts';
import { Tokens } from './http/tokens.ts';
import { Ledger } from './ledger/ledger.ts';
import { FirstLicenses } from './licenses/first-licenses.ts';
import { Licenses } from './licenses/licenses.ts';
import { SeatPools } from './licenses/seat-pools.ts';
import { MailReception } from './mail/mail-reception.ts';
import { Mails } from './mail/mails.ts';
import { OriginalLife } from './originals/original-life.ts';
import { OriginalTimers } from './originals/original-timers.ts';
import { Originals } from './originals/originals.ts';
import { Partner } from './partner.ts';
import { CartDesk } from './purchases/cart-desk.ts';
import { CartLines } from './purchases/cart-lines.ts';
import { Carts } from './purchases/carts.ts';
import { Checkout } from './purchases/checkout.ts';
import { Orders } from './purchases/orders.ts';
import { Provisioning } from './purchases/provisioning.ts';
import { SubscriptionChanges } from './purchases/subscription-changes.ts';
import { SubscriptionLife } from './purchases/subscription-life.ts';
import { Subscriptions } from './purchases/subscriptions.ts';
import type { Database } from './storage/database.ts';
import { Timers } from './time/timers.ts';

export interface WorldOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly seed: string;
  readonly partnerTenantId: string | undefined;
  readonly remembersRequestIds: boolean;
  /** Where this stand-in is reached, for links and the certificate. */
  readonly ownUrl: () => string;
}

export type World = ReturnType<typeof createWorld>;

/** Everything the stand-in knows and does, wired; transports and time are put around it. */
export function createWorld({ db, clock, seed, partnerTenantId, remembersRequestIds, ownUrl }: WorldOptions) {
  const partner = new Partner(db, partnerTenantId);
  const faults = new FaultSwitches(db, seed);
  const ledger = new Ledger(db);
  const timers = new Timers(db);
  const catalog = new Catalog(db);
  const outbox = new Outbox(db, timers);
  const cloudEvents = new CloudEvents(outbox, partner);
  const webhookRegistration = new WebhookRegistration(db);
  const webhookNotices = new WebhookNotices(outbox, webhookRegistration, partner, faults);

  const customers = new Customers(db);
  const relationships = new Relationships({ customers, timers, cloudEvents, webhookNotices });
  const answers = new CustomerAnswers(customers, relationships, timers);
  const originals = new Originals(db, new OriginalTimers(timers));
  const originalLife = new OriginalLife({ originals, cloudEvents, ledger });
  const firstLicenses = new FirstLicenses(db);
  const register = new CustomerRegister({ db, customers, originals, firstLicenses, answers });
  const mails = new Mails(db);
  const mailReception = new MailReception({ db, mails, register, answers, ledger });

  const orders = new Orders(db);
  const subscriptions = new Subscriptions(db);
  const seatPools = new SeatPools(originals, subscriptions, orders);
  const licenses = new Licenses({ db, firstLicenses, seatPools, ledger });
  const carts = new Carts(db);
  const cartLines = new CartLines(catalog, seatPools);
  const cartDesk = new CartDesk({ carts, cartLines, catalog, faults, ledger, remembersRequestIds });
  const checkout = new Checkout({ carts, orders, cartLines, catalog, faults, ledger, timers });
  const provisioning = new Provisioning({ db, orders, subscriptions, faults, ledger, timers, webhookNotices });

  return {
    db,
    clock,
    ownUrl,
    partner,
    faults,
    ledger,
    timers,
    catalog,
    outbox,
    webhookRegistration,
    webhookNotices,
    webhookSigner: new WebhookSigner(db),
    customers,
    relationships,
    answers,
    originals,
    originalLife,
    register,
    mails,
    mailReception,
    orders,
    subscriptions,
    subscriptionChanges: new SubscriptionChanges({ subscriptions, catalog, cartLines, ledger }),
    subscriptionLife: new SubscriptionLife(subscriptions, timers, ledger),
    licenses,
    cartDesk,
    checkout,
    provisioning,
    tokens: new Tokens(db, seed),
    calls: new CallCounter(db),
    limits: new RateLimits(),
  };
}
