import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpLog } from '../../wiring/http-ports.ts';
import { problemOf } from './known-problems.ts';
import { PROBLEM_TYPE, type Problem } from './problem.ts';

/** Every error leaves as a problem document; what is our own fault is logged, without the request's contents. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: HttpLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.status >= 500) {
      const fields = { code: problem.code, status: problem.status, correlationId: request.origin.correlationId, ...whereOf(error) };
      if (problem.status === 503) this.log.warn(fields, 'a request could not be carried out now');
      else this.log.error(fields, 'a request failed');
    }
    if (reply.sent) return;
    sendProblem(reply, problem);
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  void reply
    .status(problem.status)
    .headers({ ...problem.headers, 'content-type': PROBLEM_TYPE })
    .send(JSON.stringify(problem.document()));
}

/** The error's kind and where it was thrown. Not its message: that may quote what a customer is called. */
function whereOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, ...('code' in error && { cause: error.code }), at: frames.slice(0, 6).map((line) => line.trim()) };
}
