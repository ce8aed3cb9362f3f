import { z } from 'zod';
import { parseBody } from '../http/json-body.ts';
import type { FaultBody } from './fault-body.ts';
import type { CodeMeaning } from './partner-center-codes.ts';

const shape = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) });

/** Graph's own error shape: `{error: {code, message}}`. */
export function parseGraphFault(body: string): FaultBody {
  const parsed = shape.safeParse(parseBody(body));
  return { code: parsed.data?.error.code ?? '', text: parsed.data?.error.message ?? '', isRetryable: false };
}

const NO_ACCESS: CodeMeaning = {
  kind: 'needs-person',
  code: 'directory-access-missing',
  advice: "The partner may not read this customer's directory: ask the customer to approve the delegated admin (GDAP) request.",
};

export function graphMeaning(status: number, code: string): CodeMeaning | undefined {
  if (status === 401 || status === 403) return NO_ACCESS;
  if (code === 'Directory_ExpiredPageToken')
    return { kind: 'refused', code: 'page-token-expired', advice: 'The page token is too old: begin again with the first page.' };
  return undefined;
}
