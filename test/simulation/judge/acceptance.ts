import type { Instant } from '#kernel';
import { plusDuration } from '../durations.ts';
import type { CustomerEnding } from '../ending.ts';

/** When the customer accepted for the first time, by what it was told to do; null = never. */
export function firstAcceptance({ customer, truth, ledger, at }: CustomerEnding & { readonly at: Instant }): Instant | null {
  const invited = ledger.find(({ kind }) => kind === 'invitation')?.at;
  const byItself = invited && customer.invitation === 'accept' ? plusDuration(invited, customer.answersAfter) : undefined;
  return [byItself, truth.accepted[0]].filter((moment): moment is Instant => moment !== undefined && moment <= at).sort()[0] ?? null;
}
