/** Runs work of one key strictly one after another, in the order of the calls; work of different keys runs side by side. */
export class KeyedQueue {
  /** A key is here while its work runs; its waiters are those who come next. */
  readonly #busy = new Map<string, (() => void)[]>();

  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const waiters = this.#busy.get(key);
    if (waiters === undefined) this.#busy.set(key, []);
    else await new Promise<void>((turn) => waiters.push(turn));
    try {
      return await work();
    } finally {
      this.#passOn(key);
    }
  }

  #passOn(key: string): void {
    const next = this.#busy.get(key)?.shift();
    if (next) next();
    else this.#busy.delete(key);
  }
}
