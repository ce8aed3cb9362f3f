import { epochOf, type Clock } from '#kernel';
import type { TokenGrant } from './token-endpoint.ts';

/** An access token that renews itself. */
export interface TokenSource {
  current(): Promise<string>;
  /** The outside refused this one: the next `current()` asks for another. */
  reject(token: string): void;
}

const EARLY_MS = 60_000;

/** Kept until a minute before it expires on the injected clock; all who wait share one request. */
export function createTokenSource(redeem: () => Promise<TokenGrant>, clock: Clock): TokenSource {
  let held: { readonly token: string; readonly from: number; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;

  async function ask(): Promise<string> {
    const from = epochOf(clock.now());
    const grant = await redeem();
    held = { token: grant.accessToken, from, until: from + grant.expiresInSeconds * 1000 - EARLY_MS };
    return grant.accessToken;
  }

  return {
    async current() {
      const now = epochOf(clock.now());
      if (held && now >= held.from && now < held.until) return held.token;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    reject(token) {
      if (held?.token === token) held = undefined;
    },
  };
}
