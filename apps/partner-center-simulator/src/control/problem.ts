import type { FastifyReply } from 'fastify';

const TITLES: Readonly<Record<number, string>> = { 400: 'Bad request', 404: 'Not found', 409: 'Conflict', 422: 'Not possible' };

export interface ControlProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly hint: string }[];
}

/** A problem as the product's own API writes it (RFC 9457). */
export function sendProblem(reply: FastifyReply, problem: ControlProblem): FastifyReply {
  const title = TITLES[problem.status] ?? 'Failed';
  return reply
    .status(problem.status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title, ...problem });
}
