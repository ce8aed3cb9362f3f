import type { Clock } from '#kernel';

/** Calls of one kind for each customer in a day: many times what the flow needs in the worst weather. */
const MOST_A_CUSTOMER = 20;
const LEAST_BUDGET = 400;

/**
 * What the product may ask the outside in one simulated day. Work that comes due again without a pause would ask for
 * ever, and no seed with it would end: beyond the budget calls fail, and the judge is told.
 */
export class CallBudget {
  readonly #mostADay: number;
  readonly #clock: Clock;
  readonly #onExceeded: (detail: string) => void;
  readonly #calls = new Map<string, number>();
  #day = '';

  constructor(customers: number, clock: Clock, onExceeded: (detail: string) => void) {
    this.#mostADay = Math.max(LEAST_BUDGET, customers * MOST_A_CUSTOMER);
    this.#clock = clock;
    this.#onExceeded = onExceeded;
  }

  spend(method: string): void {
    const today = this.#clock.now().slice(0, 10);
    if (today !== this.#day) this.#calls.clear();
    this.#day = today;
    const calls = (this.#calls.get(method) ?? 0) + 1;
    this.#calls.set(method, calls);
    if (calls === this.#mostADay + 1) this.#onExceeded(`more than ${this.#mostADay} calls of ${method} on ${today}: some work has no end`);
    if (calls > this.#mostADay) throw new Error(`${method} is asked without end`);
  }
}
