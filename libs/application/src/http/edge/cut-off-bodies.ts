import type { FastifyInstance } from 'fastify';

/** So long what is still being sent is taken in and thrown away. */
const LINGER_MS = 2_000;

/**
 * Lets the sender of a body that is refused before all of it has come read why: it is too large, or of no type that is read here. A connection that is closed while the body still
 * comes is reset, and the reset may overtake the answer; so it stays open for a moment, and is cut only where the sender
 * does not stop.
 */
export function useCutOffBodies(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode >= 400 && !request.raw.complete) {
      void reply.removeHeader('connection');
      reply.raw.once('finish', () => {
        request.raw.resume();
        setTimeout(() => {
          if (!request.raw.complete) request.raw.destroy();
        }, LINGER_MS).unref();
      });
    }
    done(null, payload);
  });
}
