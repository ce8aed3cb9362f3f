import { z } from 'zod';
import { parseBody } from '../http/json-body.ts';

/** What the three published shapes of a Partner Center error have in common (facts §6.1). */
export interface FaultBody {
  /** A number on the wire in every live sample, a string in the schema; `''` when the body has none. */
  readonly code: string;
  readonly text: string;
  readonly isRetryable: boolean;
}

const text = z.string().nullish();
const shape = z.object({
  code: z.union([z.number(), z.string()]).nullish(),
  description: text,
  message: text,
  isRetryable: z.boolean().nullish().catch(null),
});

const NO_FAULT: FaultBody = { code: '', text: '', isRetryable: false };

/** The body may also be empty, or a gateway's HTML: then nothing is known but the status. */
export function parseFault(body: string): FaultBody {
  const parsed = shape.safeParse(parseBody(body));
  if (!parsed.success) return NO_FAULT;
  const { code, description, message, isRetryable } = parsed.data;
  return { code: String(code ?? ''), text: description ?? message ?? '', isRetryable: isRetryable === true };
}
