import pLimit from 'p-limit';
import { later, plusMs, type Clock, type Instant } from '#kernel';
import type { Database } from '../storage/database.ts';
import type { Timer } from '../time/timers.ts';
import type { Attempt, KeptMessage, Outbox } from './outbox.ts';

/** Attempts a message gets (facts §3.4); their spacing is not published: here 30 s, doubled each time. */
const ATTEMPTS = 10;
const FIRST_PAUSE_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;
const CUSTOMERS_AT_ONCE = 8;

export interface Address {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DeliveryParts {
  readonly db: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Where a message goes now and with which headers; `null` = not known yet. */
  addressOf(message: KeptMessage): Address | null;
}

/** Sends what is due: customers beside each other, one customer's messages in their order. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #limit = pLimit(CUSTOMERS_AT_ONCE);
  readonly #stopping = new AbortController();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Breaks off what is being sent, as if it had not been tried. */
  stop(): void {
    this.#stopping.abort();
  }

  async send(due: readonly Timer[]): Promise<void> {
    const byCustomer = Map.groupBy(this.#waiting(due), ({ message }) => message.customer);
    await Promise.all([...byCustomer.values()].map((queue) => this.#limit(() => this.#sendInOrder(queue))));
  }

  #waiting(due: readonly Timer[]): { message: KeptMessage; due: Instant }[] {
    return due.flatMap((timer) => {
      const message = this.#parts.outbox.waiting(timer.owner);
      if (!message) this.#parts.outbox.forgetTimer(timer.owner);
      return message ? [{ message, due: timer.due }] : [];
    });
  }

  async #sendInOrder(queue: readonly { message: KeptMessage; due: Instant }[]): Promise<void> {
    for (const { message, due } of queue) await this.#attempt(message, due);
  }

  async #attempt(message: KeptMessage, due: Instant): Promise<void> {
    const { db, outbox, clock } = this.#parts;
    const address = this.#parts.addressOf(message);
    if (!address) {
      outbox.leaveUnaddressed(message.id);
      return;
    }
    const attempt = await post(address, message.body, due, this.#stopping.signal);
    if (this.#stopping.signal.aborted) return;
    db.transaction(() => {
      const made = message.attempts.length + 1;
      if (attempt.problem === null) outbox.delivered(message, attempt);
      else if (made >= ATTEMPTS) outbox.givenUp(message, attempt);
      else outbox.tryAgain(message, attempt, plusMs(later(due, clock.now()), FIRST_PAUSE_MS * 2 ** (made - 1)));
    });
  }
}

async function post({ url, headers }: Address, body: string, at: Instant, stopping: AbortSignal): Promise<Attempt> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.arrayBuffer();
    return { at, status: answer.status, problem: answer.ok ? null : `answered ${answer.status}` };
  } catch (error) {
    return { at, status: null, problem: error instanceof Error ? error.message : String(error) };
  }
}
