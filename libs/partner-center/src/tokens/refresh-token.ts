import { OutsideFailure } from '../gateway.ts';

/** The newest refresh token: every redemption brings a new one, which must be kept (facts §1.2). */
export interface RefreshToken {
  current(): string;
  replace(newest: string): Promise<void>;
}

/** `keep` persists the newest token; when it fails, no access token is handed out until it succeeds. */
export function createRefreshToken(initial: string, keep?: (newest: string) => void | Promise<void>): RefreshToken {
  let newest = initial;
  let kept = initial;
  return {
    current: () => newest,
    async replace(token) {
      newest = token;
      if (token === kept) return;
      try {
        await keep?.(token);
      } catch {
        throw new OutsideFailure('retry-later', 'refresh-token-not-kept', 'The new refresh token could not be stored, so no call is made with it: check the data folder or database.');
      }
      kept = token;
    },
  };
}
