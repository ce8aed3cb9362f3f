interface Question<Answer> {
  readonly key: string;
  readonly answer: PromiseWithResolvers<Answer>;
}

/** One question for everybody who asks in the same turn of the event loop, up to so many keys. */
export class AskedTogether<Answer> {
  readonly #ask: (keys: readonly string[]) => Promise<(key: string) => Answer>;
  readonly #mostKeys: number;
  #waiting: Question<Answer>[] = [];

  /** `ask` answers for all of the keys, each once. */
  constructor(ask: (keys: readonly string[]) => Promise<(key: string) => Answer>, mostKeys = 200) {
    this.#ask = ask;
    this.#mostKeys = mostKeys;
  }

  of(key: string): Promise<Answer> {
    if (this.#waiting.length === 0) setImmediate(() => this.#askAll());
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.push({ key, answer });
    return answer.promise;
  }

  #askAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; from += this.#mostKeys) void this.#askSome(waiting.slice(from, from + this.#mostKeys));
  }

  async #askSome(questions: readonly Question<Answer>[]): Promise<void> {
    try {
      const answerTo = await this.#ask([...new Set(questions.map(({ key }) => key))]);
      for (const { key, answer } of questions) answer.resolve(answerTo(key));
    } catch (error) {
      for (const { answer } of questions) answer.reject(error);
    }
  }
}
