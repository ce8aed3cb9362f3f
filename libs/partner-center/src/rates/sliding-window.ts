/** Promises are kept this many windows ahead; who comes later is told the last of them, and asks again then. */
const WINDOWS_AHEAD = 10;

/**
 * Counts calls in a window that slides with the clock, so that no minute, wherever it begins, holds more than the limit.
 * All times are milliseconds of the injected clock.
 */
export class SlidingWindow {
  private calls: number[] = [];
  private promised: number[] = [];
  private readonly requests: number;
  private readonly spanMs: number;

  constructor(requests: number, spanMs: number) {
    this.requests = requests;
    this.spanMs = spanMs;
  }

  used(now: number): number {
    this.forgetPast(now);
    return this.calls.length;
  }

  hasRoom(now: number): boolean {
    return this.used(now) < this.requests;
  }

  record(now: number): void {
    this.calls.push(now);
  }

  /**
   * When to come back. Everyone who is turned away is told the earliest slot that nobody else was told, so that a
   * thousand waiting calls do not all return for the first one that opens. A promise is a hint, not a reservation.
   */
  nextSlot(now: number): number {
    this.forgetPast(now);
    const held = this.calls.length;
    if (held === 0) return now;
    const slot = (index: number): number => this.calls[index % held]! + this.spanMs * (1 + Math.floor(index / held));
    let index = 0;
    while (index < this.promised.length && this.promised[index]! <= slot(index)) index += 1;
    if (this.promised.length < this.requests * WINDOWS_AHEAD) this.promised.splice(index, 0, slot(index));
    return slot(index);
  }

  private forgetPast(now: number): void {
    // A clock that was set back must not leave calls in its future that never age.
    if (this.calls.length > 0 && this.calls.at(-1)! > now) this.calls = this.calls.map((at) => Math.min(at, now));
    this.calls = dropUpTo(this.calls, now - this.spanMs);
    this.promised = dropUpTo(this.promised, now);
  }
}

function dropUpTo(ascending: number[], limit: number): number[] {
  if (ascending.length === 0 || ascending[0]! > limit) return ascending;
  const kept = ascending.findIndex((at) => at > limit);
  return kept === -1 ? [] : ascending.slice(kept);
}
