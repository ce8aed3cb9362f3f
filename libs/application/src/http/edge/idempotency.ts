import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { derivedId } from '#kernel';
import { KeyedQueue } from '#event-sourcing';
import type { Service } from '../../service/service.ts';
import type { HttpLog } from '../../wiring/http-ports.ts';
import { Problem } from '../problems/problem.ts';

/** What an answer is made of beside its body. */
const KEPT_HEADERS = ['content-type', 'location', 'etag', 'position'] as const;
const LONGEST_WAIT_MS = 10_000;
const KEY = /^[\x21-\x7e]{1,255}$/;

interface Claim {
  readonly key: string;
  readonly passOn: () => void;
}

/**
 * The same key and request have the same answer, and act once. Two copies at a time queue up within the process; the
 * command's id is derived from the key, so that copies in several processes, or after a crash, meet in the log.
 */
export class Idempotency {
  readonly #inTurn = new KeyedQueue();
  readonly #claims = new WeakMap<FastifyRequest, Claim>();

  constructor(
    private readonly service: Pick<Service, 'idempotencyKeys' | 'clock'>,
    private readonly log: HttpLog,
  ) {}

  use(instance: FastifyInstance): void {
    instance.addHook('preHandler', async (request, reply) => {
      if (request.headers['idempotency-key'] === undefined || request.method === 'GET' || request.body instanceof Readable) return;
      await this.begin(request, reply, digestOf(request.body));
    });
    instance.addHook('onSend', (request, reply, payload: unknown, done) => {
      const claim = this.#claims.get(request);
      if (!claim) {
        done(null, payload);
        return;
      }
      this.#claims.delete(request);
      void this.#settle(claim, reply, payload).finally(() => done(null, payload));
    });
    instance.addHook('onRequestAbort', (request, done) => {
      this.#claims.get(request)?.passOn();
      done();
    });
  }

  /** Claims the request's key. True when the answer is given already, because the same request had it before. */
  async begin(request: FastifyRequest, reply: FastifyReply, bodyDigest: string): Promise<boolean> {
    const header = request.headers['idempotency-key'];
    if (header === undefined) return false;
    if (typeof header !== 'string' || !KEY.test(header)) {
      throw new Problem(400, 'idempotency-key-invalid', 'Idempotency-Key takes 1 to 255 visible ASCII characters, a UUID for instance.');
    }
    const fingerprint = derivedId(request.method, request.url, bodyDigest);
    const passOn = await this.#turn(header);
    try {
      const claim = await this.service.idempotencyKeys.claim(header, fingerprint, this.service.clock.now());
      if (claim.kind === 'other-request') {
        throw new Problem(
          422,
          'idempotency-key-reused',
          'This Idempotency-Key came with another request before: take a new key for a new request.',
        );
      }
      if (claim.kind === 'answered') {
        passOn();
        const { status, headers, body } = claim.answer;
        void reply
          .status(status)
          .headers({ ...headers, 'idempotent-replayed': 'true' })
          .send(body);
        return true;
      }
    } catch (error) {
      passOn();
      throw error;
    }
    request.commandId = derivedId('http', header, fingerprint);
    this.#claims.set(request, { key: header, passOn });
    return false;
  }

  /** Waits for the key's turn. Answers the way to pass it on. */
  async #turn(key: string): Promise<() => void> {
    const turn = Promise.withResolvers<() => void>();
    let gaveUp = false;
    void this.#inTurn.run(key, async () => {
      if (gaveUp) return;
      const over = Promise.withResolvers<undefined>();
      turn.resolve(() => over.resolve(undefined));
      await over.promise;
    });
    const timer = setTimeout(() => {
      gaveUp = true;
      turn.reject(
        new Problem(409, 'idempotency-key-busy', 'The same request is still being carried out: ask again in a moment.', {
          headers: { 'retry-after': '5' },
        }),
      );
    }, LONGEST_WAIT_MS);
    try {
      return await turn.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async #settle({ key, passOn }: Claim, reply: FastifyReply, payload: unknown): Promise<void> {
    try {
      if (typeof payload === 'string' && isLasting(reply.statusCode)) {
        const headers = Object.fromEntries(
          KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
        );
        await this.service.idempotencyKeys.keep(key, { status: reply.statusCode, headers, body: payload }, this.service.clock.now());
      } else {
        await this.service.idempotencyKeys.release(key);
      }
    } catch (error) {
      this.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'an answer could not be kept for its idempotency key');
    } finally {
      passOn();
    }
  }
}

/** A request that failed on our side, or could not be read, may be sent again, mended or not, as if it had never come. */
function isLasting(status: number): boolean {
  return status < 500 && ![400, 413, 415].includes(status);
}

function digestOf(body: unknown): string {
  const bytes = Buffer.isBuffer(body) ? body : textOf(body);
  return createHash('sha256').update(bytes).digest('base64url');
}

function textOf(body: unknown): string {
  try {
    return JSON.stringify(body ?? {});
  } catch {
    throw new Problem(400, 'nested-too-deeply', 'The body is nested more deeply than any request has to be.');
  }
}
