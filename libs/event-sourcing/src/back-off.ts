export interface BackOff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Milliseconds to wait before the next attempt: doubles with each failure up to the cap, spread over the upper half so
 * that many who failed together do not come back together. `chance` is in [0, 1).
 */
export function backOffMs({ baseMs, capMs }: BackOff, failures: number, chance: number): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 40));
  return Math.round(full * (0.5 + chance / 2));
}

/** A chance in [0, 1) that is always the same for the same text (FNV-1a), where a wait must not depend on luck. */
export function chanceFrom(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}

/** Resolves after so many milliseconds of real time; ends early, resolving or rejecting, when the signal aborts. */
export type Delay = (ms: number, signal: AbortSignal) => Promise<void>;
