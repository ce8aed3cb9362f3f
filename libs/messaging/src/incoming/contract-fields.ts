import { parseDay, parseGuid, parseInstant, type Day, type Instant } from '#kernel';
import { z } from 'zod';

/** In any case, without braces; read as lower case. */
export const guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'is no GUID')
  .meta({ format: 'uuid' })
  .transform((text): string => parseGuid(text)!);

export const moment = z
  .string()
  .meta({ format: 'date-time' })
  .transform((text, context): Instant => {
    const instant = parseInstant(text);
    if (instant) return instant;
    context.addIssue({ code: 'custom', message: 'is no ISO 8601 time with an offset' });
    return z.NEVER;
  });

export const day = z
  .string()
  .meta({ format: 'date' })
  .transform((text, context): Day => {
    const parsed = parseDay(text);
    if (parsed) return parsed;
    context.addIssue({ code: 'custom', message: 'is no date YYYY-MM-DD that exists' });
    return z.NEVER;
  });
