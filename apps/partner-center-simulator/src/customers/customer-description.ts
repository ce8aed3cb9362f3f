import { z } from 'zod';
import { parseDay, parseGuid, type Day } from '#kernel';
import { isDuration } from '../time/durations.ts';

const DEFAULT_ANSWERS_AFTER = 'P2D';

const duration = z.string().refine(isDuration, 'an ISO 8601 duration such as P2D');
const guid = z.string().transform((text, context) => parseGuid(text) ?? invalid(context, 'a GUID without braces'));
const day = z.string().transform((text, context): Day => parseDay(text) ?? invalid(context, 'a date that exists, YYYY-MM-DD'));

export const PROGRAMS = ['web-direct', 'open', 'open-value', 'ea', 'mpsa', 'syndication', 'csp-legacy', 'csp-other-partner'] as const;
export type Program = (typeof PROGRAMS)[number];

const original = z.strictObject({
  subscriptionId: z
    .string()
    .min(1)
    .transform((text) => parseGuid(text) ?? text),
  skuId: guid,
  seats: z.int().min(1),
  /** Last whole UTC day of its term. */
  termEnd: day,
  autoRenew: z.boolean().default(false),
  /** What becomes of it at its natural end; unsaid, it follows auto-renewal. */
  atEnd: z.enum(['expire', 'renew', 'extend']).optional(),
  program: z.enum(PROGRAMS).default('web-direct'),
});

const customer = z.strictObject({
  name: z.string().min(1).optional(),
  domain: z.string().min(1).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters (ISO 3166)')
    .default('US'),
  contactEmail: z.string().nullish(),
  invitation: z.enum(['accept', 'decline', 'silent']).default('accept'),
  /** From the first invitation mail. */
  answersAfter: duration.default(DEFAULT_ANSWERS_AFTER),
  users: z.int().min(0).max(1_000_000).default(0),
  directoryAccess: z.union([z.enum(['with-acceptance', 'never']), duration]).default('with-acceptance'),
  originals: z.array(original).default([]),
});

/** Who a customer is and how it answers (contract §5): what may be said. */
export type CustomerDescription = z.input<typeof customer>;
export type DescribedOriginal = z.output<typeof original>;
export type DescribedCustomer = z.output<typeof customer>;

/** With defaults filled in, or what is wrong with it, each fault with its place. */
export function parseCustomerDescription(
  description: unknown,
): { readonly customer: DescribedCustomer } | { readonly faults: readonly { pointer: string; code: string; hint: string }[] } {
  const parsed = customer.safeParse(description);
  if (!parsed.success) {
    return {
      faults: parsed.error.issues.map(({ path, code, message }) => ({
        pointer: `/${path.join('/')}`,
        code: code.replaceAll('_', '-'),
        hint: message,
      })),
    };
  }
  const ids = parsed.data.originals.map(({ subscriptionId }) => subscriptionId);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice >= 0) return { faults: [{ pointer: `/originals/${twice}/subscriptionId`, code: 'duplicate', hint: 'each original once' }] };
  return { customer: parsed.data };
}

function invalid(context: z.RefinementCtx, expected: string): never {
  context.addIssue({ code: 'custom', message: `must be ${expected}` });
  return z.NEVER;
}
