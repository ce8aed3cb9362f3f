import { HttpException } from '@nestjs/common';
import { ClockGoesBackwards, ClockHalted, ClockNeverSettles, NotYet, TooMuchContention, UnconfirmedAppend } from '#event-sourcing';
import { ImportFileFault } from '#imports';
import { OutsideFailure } from '#partner-center';
import { CommandRefused, CommandUnusable, MigrationUnknown, RevisionStale } from '../../commands/failures.ts';
import { ImportUnknown } from '../../queries/get-import.ts';
import { NotRegisteredThen } from '../../queries/get-migration-as-of.ts';
import { ReadModelsUnavailable } from '../../read-models/index.ts';
import { Problem } from './problem.ts';

const RETRY_SOON = { 'retry-after': '1' };

/** What an error means to whoever sent the request. Everything that is not known here is a fault of ours, and says nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CommandRefused) return refused(error);
  if (error instanceof RevisionStale) {
    return new Problem(412, error.code, error.message, {
      headers: { etag: `"${error.revision}"` },
      extensions: { version: error.revision },
    });
  }
  if (error instanceof MigrationUnknown || error instanceof ImportUnknown || error instanceof NotRegisteredThen)
    return new Problem(404, error.code, error.message);
  if (error instanceof CommandUnusable) {
    return new Problem(422, error.code, error.message, { errors: [{ pointer: error.pointer, code: error.code, hint: error.message }] });
  }
  if (error instanceof ImportFileFault) return unusableFile(error);
  if (error instanceof ClockGoesBackwards) return new Problem(422, error.code, error.message);
  if (error instanceof NotYet || error instanceof TooMuchContention || error instanceof UnconfirmedAppend) {
    return new Problem(503, error.code, retryDetail(error), { headers: RETRY_SOON });
  }
  if (error instanceof ClockHalted) return new Problem(503, error.code, error.message);
  if (error instanceof ClockNeverSettles) return new Problem(500, error.code, error.message);
  if (error instanceof OutsideFailure) return outside(error);
  if (error instanceof ReadModelsUnavailable || isOfReadModels(error)) {
    return new Problem(503, 'read-models-unavailable', 'The read models cannot be asked: send the request again in a moment.', {
      headers: RETRY_SOON,
    });
  }
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status !== undefined) return fromFramework(status);
  if (isOfTheLog(error))
    return new Problem(503, 'log-unavailable', 'The log does not answer: send the request again in a moment.', { headers: RETRY_SOON });
  if (isOfTheBus(error))
    return new Problem(503, 'bus-unavailable', 'The message bus does not answer: send the request again in a moment.', {
      headers: RETRY_SOON,
    });
  return new Problem(
    500,
    'internal-error',
    'The service failed in a way that is not the request’s fault: it is in its log under the correlation id.',
  );
}

function refused({ refusal, migrationId }: CommandRefused): Problem {
  const extensions = migrationId === undefined ? {} : { id: migrationId, migrationId };
  return new Problem(409, refusal.code, refusal.detail, { extensions });
}

function retryDetail(error: NotYet | TooMuchContention | UnconfirmedAppend): string {
  if (error instanceof UnconfirmedAppend)
    return 'It is not known whether the command was written: send it again with the same Idempotency-Key.';
  return error.message;
}

function unusableFile({ code, detail, hint, line, column }: ImportFileFault): Problem {
  const place = { ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
  return new Problem(422, code, `${detail} ${hint}`, {
    errors: [{ pointer: column === undefined ? '' : `/${column}`, code, hint }],
    extensions: place,
  });
}

/** What the outside said may quote the request: only its own code goes out. */
function outside({ code }: OutsideFailure): Problem {
  return new Problem(503, 'outside-unavailable', `Partner Center could not be asked (${code}): send the request again in a while.`, {
    headers: { 'retry-after': '30' },
    extensions: { cause: code },
  });
}

const FRAMEWORK: Readonly<Record<number, { readonly code: string; readonly detail: string }>> = {
  400: { code: 'malformed-request', detail: 'The request cannot be read: check its address, its headers and its body.' },
  403: {
    code: 'cross-origin-request',
    detail: 'A page of another origin may not write here: list its origin in the configuration, or call from a program.',
  },
  404: { code: 'not-found', detail: 'There is nothing at this address with this method: see /docs.' },
  413: { code: 'body-too-large', detail: 'The body is larger than 1 MiB: send less at a time; CSV files go to POST /v1/imports.' },
  414: { code: 'address-too-long', detail: 'The address is too long: shorten its parameters.' },
  415: { code: 'content-type-unsupported', detail: 'The content type is not one that this address reads: see /docs.' },
};

function fromFramework(status: number): Problem {
  const known = FRAMEWORK[status];
  if (known) return new Problem(status, known.code, known.detail);
  return status < 500
    ? new Problem(status, 'request-refused', 'The request cannot be carried out as it is.')
    : new Problem(500, 'internal-error', 'The service failed.');
}

/** Fastify's own errors carry the status to answer with. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined;
  const { code, statusCode } = error;
  return typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' ? statusCode : undefined;
}

/** Engines say what keeps the service from them by codes of their own; they are for its operator. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isOfReadModels(error: unknown): boolean {
  return codeOf(error).startsWith('postgres-');
}

const OF_THE_LOG: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOSPC', 'UNAVAILABLE', 'append-outcome-unknown']);

function isOfTheLog(error: unknown): boolean {
  const code = codeOf(error);
  return OF_THE_LOG.has(code) || code.startsWith('event-store-');
}

function isOfTheBus(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('broker-') || code === 'topic-missing';
}
