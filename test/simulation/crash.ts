/** The process is gone: thrown at every seam from the moment of the crash on. */
export class Crash extends Error {
  readonly code = 'crash';
  constructor(readonly where: string) {
    super(`crashed ${where}`);
  }
}

/**
 * One life of the service, and where it ends. Whoever touches the log, the bus, the outside or the clock passes a seam;
 * at the one that was drawn the life is over: that step and all later ones of this life fail.
 */
export class Lifeline {
  #stepsLeft: number;
  #deadAt: string | undefined;
  readonly #death = Promise.withResolvers<undefined>();

  /** `stepsLeft`: seams passed before the crash; Infinity = it lives on. */
  constructor(stepsLeft: number) {
    this.#stepsLeft = stepsLeft;
  }

  get dead(): boolean {
    return this.#deadAt !== undefined;
  }

  get deadAt(): string | undefined {
    return this.#deadAt;
  }

  /** Resolves when the life is over. */
  get death(): Promise<undefined> {
    return this.#death.promise;
  }

  /** A place at which the process may be killed. */
  pass(where: string): void {
    this.mustLive(where);
    this.#stepsLeft -= 1;
    if (this.#stepsLeft >= 0) return;
    this.end(where);
    throw new Crash(where);
  }

  /** A place that only the living reach. */
  mustLive(where: string): void {
    if (this.dead) throw new Crash(where);
  }

  end(where: string): void {
    this.#deadAt ??= where;
    this.#death.resolve(undefined);
  }
}
