import { OutsideFailure } from '../gateway.ts';

/** The newest refresh token: every redemption brings a new one, which must be kept (facts §1.2). */
export interface RefreshToken {
  current(): string;
  replace(newest: string): Promise<void>;
}

/**
 * `keep` persists the newest token, one write at a time, so that an older one never lands on top of a newer one.
 * When it fails, no access token is handed out until it succeeds.
 */
export function createRefreshToken(initial: string, keep?: (newest: string) => void | Promise<void>): RefreshToken {
  let newest = initial;
  let kept = initial;
  let writing: Promise<void> = Promise.resolve();

  async function keepNewest(): Promise<void> {
    const token = newest;
    if (token === kept) return;
    await keep?.(token);
    kept = token;
  }

  return {
    current: () => newest,
    async replace(token) {
      newest = token;
      const mine = writing.then(keepNewest);
      writing = mine.catch(() => undefined);
      try {
        await mine;
      } catch {
        throw new OutsideFailure(
          'retry-later',
          'refresh-token-not-kept',
          'The new refresh token could not be stored, so no call is made with it: check the data folder or database.',
        );
      }
    },
  };
}
