import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { epochOf, type Instant } from '#kernel';
import type { Database } from '../storage/database.ts';

export const TOKEN_SECONDS = 3_599;

export const AUDIENCES = {
  'partner-center': 'https://api.partnercenter.microsoft.com',
  graph: 'https://graph.microsoft.com',
  'retired-graph': 'https://graph.windows.net',
} as const;

export type Audience = keyof typeof AUDIENCES;

export interface Token {
  readonly tenant: string;
  readonly audience: Audience;
  /** App+User, or app-only. */
  readonly user: boolean;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Bearer tokens carry what they say, signed with a key kept in the data file: they outlive a restart. */
export class Tokens {
  readonly #key: string;

  constructor(db: Database, seed: string) {
    this.#key = db.setting('token-key') ?? createHash('sha256').update(`token-key ${seed}`).digest('hex');
    db.keepSetting('token-key', this.#key);
  }

  issue(claims: Omit<Token, 'expiresAt'>, at: Instant): string {
    const token: Token = { ...claims, expiresAt: Math.floor(epochOf(at) / 1000) + TOKEN_SECONDS };
    const content = Buffer.from(JSON.stringify(token)).toString('base64url');
    return `stand-in.${content}.${this.#sign(content)}`;
  }

  /** `null` when it is none of ours, is altered, or has expired. */
  read(authorization: string | undefined, at: Instant): Token | null {
    const [, content, signature] = /^Bearer stand-in\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? '') ?? [];
    if (content === undefined || signature === undefined) return null;
    const expected = this.#sign(content);
    if (signature.length !== expected.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return null;
    const token = JSON.parse(Buffer.from(content, 'base64url').toString()) as Token;
    return token.expiresAt * 1000 > epochOf(at) ? token : null;
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url');
  }
}
