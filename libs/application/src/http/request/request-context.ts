import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandContext } from '../../commands/command-context.ts';
import { Problem } from '../problems/problem.ts';

/** What a request says about itself beside its body; kept on the request by the first hook. */
export interface RequestOrigin {
  /** Random, ours. */
  readonly requestId: string;
  readonly correlationId: string;
  readonly actor: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    origin: RequestOrigin;
    /** Set where an idempotency key was claimed: the id of the command that belongs to it. */
    commandId: string | null;
  }
  interface FastifyContextConfig {
    /** The route reads query parameters; any other refuses them. */
    takesQuery?: boolean;
    /** The route reads the body as it came. */
    rawBody?: boolean;
  }
}

/** Names without blanks around them, and never a mail address: they stand in the log for ever. */
const ACTOR = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,62}[\p{L}\p{N}.])?$/u;
const CORRELATION = /^[\w.:-]{1,128}$/;
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

export function originOf({ headers }: Pick<FastifyRequest, 'headers'>, requestId: string): RequestOrigin {
  return { requestId, correlationId: correlationIdOf(headers) ?? requestId, actor: `person:${actorOf(headers['x-actor'])}` };
}

function actorOf(header: string | string[] | undefined): string {
  if (typeof header !== 'string') return 'anonymous';
  // Node reads headers byte by byte: a name in UTF-8 has to be put together again.
  const name = /^[\x20-\x7e]*$/.test(header) ? header : Buffer.from(header, 'latin1').toString('utf8');
  return ACTOR.test(name) ? name : 'anonymous';
}

function correlationIdOf(headers: FastifyRequest['headers']): string | undefined {
  const given = headers['x-correlation-id'];
  if (typeof given === 'string' && CORRELATION.test(given)) return given;
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? TRACE_PARENT.exec(traceparent)?.[1] : undefined;
}

/** @throws Problem when `If-Match` is no revision */
export function commandContextOf(request: FastifyRequest): CommandContext {
  const { origin, commandId } = request;
  const expectedRevision = expectedRevisionOf(request.headers['if-match']);
  return {
    commandId: commandId ?? origin.requestId,
    actor: origin.actor,
    correlationId: origin.correlationId,
    ...(expectedRevision !== undefined && { expectedRevision }),
  };
}

/** A weak tag never matches (RFC 9110, §13.1.1); no revision is -2, so it is stale whatever stands in the log. */
const MATCHES_NOTHING = -2;

function expectedRevisionOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, weak, revision] = /^\s*(W\/)?"(\d{1,9})"\s*$/.exec(header) ?? [];
  if (revision === undefined)
    throw new Problem(400, 'if-match-invalid', 'If-Match takes one ETag as an answer gave it, like "7", with its quotes.');
  return weak === undefined ? Number(revision) : MATCHES_NOTHING;
}

export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** Answers 304 where the reader has what stands. */
export function isUnchanged(request: FastifyRequest, etag: string): boolean {
  const known = request.headers['if-none-match'];
  return known !== undefined && known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

export function headersOf(reply: FastifyReply, headers: Readonly<Record<string, string>>): void {
  void reply.headers(headers);
}
