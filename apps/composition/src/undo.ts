type Step = (abandon?: AbortSignal) => Promise<void> | void;

/** What was opened, to be closed in the opposite order, once; a step that fails does not keep the others from theirs. */
export class Undo {
  readonly #steps: Step[] = [];

  later(step: Step): void {
    this.#steps.push(step);
  }

  async all(abandon?: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step(abandon);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
