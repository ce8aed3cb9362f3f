import { epochOf, plusMs, type Clock, type Instant } from '#kernel';
import type { HttpAnswer } from './exchange.ts';

const WITHOUT_WORD_MS = 60_000;
const LONGEST_MS = 86_400_000;

/** When a throttled call may be tried again, on the injected clock: `Retry-After`, else the text of the body (facts §1.6), else a minute. */
export function retryAtOf(answer: HttpAnswer, clock: Clock): Instant {
  const wait = waitOfHeader(answer, clock) ?? waitOfText(answer.text) ?? WITHOUT_WORD_MS;
  return plusMs(clock.now(), Math.min(Math.max(wait, 0), LONGEST_MS));
}

export function hasRetryAfter(answer: HttpAnswer): boolean {
  return answer.headers.has('retry-after');
}

function waitOfHeader(answer: HttpAnswer, clock: Clock): number | undefined {
  const header = answer.headers.get('retry-after')?.trim();
  if (!header) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  // An HTTP date is on the server's clock: only its distance from the server's own `Date` means anything to us.
  const until = Date.parse(header);
  const serverNow = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(until)) return undefined;
  return until - (Number.isNaN(serverNow) ? epochOf(clock.now()) : serverNow);
}

function waitOfText(text: string): number | undefined {
  const match = /try again in (\d+) second/i.exec(text);
  return match ? Number(match[1]) * 1000 : undefined;
}
