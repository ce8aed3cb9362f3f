import { dayOf, parseDay, parseGuid, parseInstant, startOfDay, type Instant } from '#kernel';
import { z } from 'zod';

/** GUIDs come in either case (facts §1.4); ours are lower case. What is no GUID (an NCE order id) stays as it is. */
export const id = z
  .string()
  .min(1)
  .transform((text) => parseGuid(text) ?? text);

/** Date-times have up to 7 fraction digits, and some have no offset: Partner Center means UTC (facts §8.4). */
export const moment = z.string().transform((text, context): Instant => {
  const day = parseDay(text);
  const instant = day ? startOfDay(day) : (parseInstant(text) ?? parseInstant(`${text}Z`));
  if (instant) return instant;
  context.addIssue({ code: 'custom', message: 'not a date and time' });
  return z.NEVER;
});

export const day = moment.transform((instant) => dayOf(instant));

/** Enums are lower snake case on the wire, strings pass through as they are: compare in lower case. */
export const word = z.string().transform((text) => text.toLowerCase());

export const seats = z.number().int().nonnegative();

const link = z.object({
  uri: z.string(),
  headers: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
});

/** A collection with the link to its next page (facts §1.4, §1.5). */
export function collectionOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    links: z.object({ next: link.nullish() }).nullish(),
  });
}
