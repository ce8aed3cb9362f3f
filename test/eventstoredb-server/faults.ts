/** What can go wrong once (or so many times), at the next call that it fits. */
export const FAULTS = [
  /** Written, and never answered; the connection lives on. */
  'append-answer-lost',
  /** Written, and the connection is gone. */
  'append-reset-after-write',
  /** The connection is gone, and nothing was written. */
  'append-reset-before-write',
  /** Neither written nor answered. */
  'append-silent',
  /** Written, and answered that it took too long. */
  'append-timeout-after-write',
  'append-unavailable',
  'append-not-leader',
  'append-access-denied',
  'append-unimplemented',
  'read-unavailable',
  'read-not-leader',
  'read-unauthenticated',
  /** Nothing comes. */
  'read-silent',
  /** Never confirmed, and nothing comes. */
  'subscription-silent',
] as const;

export type FaultName = (typeof FAULTS)[number];

export function isFaultName(text: string): text is FaultName {
  return (FAULTS as readonly string[]).includes(text);
}

export class Faults {
  readonly #armed = new Map<FaultName, number>();
  #witnesses: (() => void)[] = [];
  /** Every answer comes so much later. */
  delayMs = 0;
  /** Between two events of a read or subscription. */
  pauseBetweenEventsMs = 0;
  /** Whom `…-not-leader` names. */
  leader = { host: '127.0.0.1', port: 2113 };

  arm(fault: FaultName, times = 1): void {
    this.#armed.set(fault, times);
  }

  /** Whether it happens now; it is used up by that. */
  strikes(fault: FaultName): boolean {
    const left = this.#armed.get(fault) ?? 0;
    if (left === 0) return false;
    this.#armed.set(fault, left - 1);
    for (const tell of this.#witnesses.splice(0)) tell();
    return true;
  }

  /** Resolves when a fault strikes. */
  async untilOneStrikes(): Promise<void> {
    await new Promise<void>((resolve) => this.#witnesses.push(resolve));
  }

  armed(): Record<string, number> {
    return Object.fromEntries([...this.#armed].filter(([, times]) => times > 0));
  }
}
