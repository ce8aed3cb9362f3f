import type { Clock } from '#kernel';

/** Calls of one kind for each customer in a day: many times what the flow needs in the worst weather. */
const MOST_A_CUSTOMER = 20;
const LEAST_BUDGET = 400;

/**
 * What the product may ask the outside in one simulated day. Work that comes due again without a pause would ask for
 * ever, and no seed with it would end: beyond the budget calls fail, and the run ends with the day.
 */
export class CallBudget {
  readonly #mostADay: number;
  readonly #clock: Clock;
  readonly #calls = new Map<string, number>();
  #day = '';
  #exceeded: string | undefined;

  constructor(customers: number, clock: Clock) {
    this.#mostADay = Math.max(LEAST_BUDGET, customers * MOST_A_CUSTOMER);
    this.#clock = clock;
  }

  /** @throws Error that names the calls of which there were too many. */
  mustHold(): void {
    if (this.#exceeded !== undefined) throw new Error(this.#exceeded);
  }

  spend(method: string): void {
    const today = this.#clock.now().slice(0, 10);
    if (today !== this.#day) this.#calls.clear();
    this.#day = today;
    const calls = (this.#calls.get(method) ?? 0) + 1;
    this.#calls.set(method, calls);
    if (calls <= this.#mostADay) return;
    this.#exceeded ??= `more than ${this.#mostADay} calls of ${method} on ${today}: some work has no end`;
    throw new Error(this.#exceeded);
  }
}
