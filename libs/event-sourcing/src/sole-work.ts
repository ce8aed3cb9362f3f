/** A piece of work that this process has to itself for now. */
export interface HeldWork {
  /** Aborts when it is ours no longer without our doing: the server that keeps it, or the way to it, is gone. Work must stop then. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Work that only one process may do at a time, by name. It is free again when whoever holds it lets go or dies, so
 * another process can go on with it. Holding is no fence: what must not happen twice is still judged where it is written.
 */
export interface SoleWork {
  /** `undefined` when somebody has it; never waits for them. */
  take(name: string): Promise<HeldWork | undefined>;
}

/** For a process that shares its engines with nobody: only its own parts could be in each other's way. */
export function soleWorkOfOneProcess(): SoleWork {
  const held = new Set<string>();
  return {
    take(name) {
      if (held.has(name)) return Promise.resolve(undefined);
      held.add(name);
      return Promise.resolve({
        lost: new AbortController().signal,
        release() {
          held.delete(name);
          return Promise.resolve();
        },
      });
    },
  };
}
