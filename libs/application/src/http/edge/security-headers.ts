import type { FastifyInstance } from 'fastify';

/** What pages that the service serves may load: its own files, and the styles and pictures that /docs brings inside of them. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "base-uri 'self'",
  "font-src 'self' https: data:",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "script-src 'self'",
  "script-src-attr 'none'",
  "style-src 'self' https: 'unsafe-inline'",
].join(';');

/**
 * What every answer tells browsers. There is no Strict-Transport-Security: the service is served over plain HTTP on the
 * loopback, or behind whoever ends TLS and answers for it.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
} as const;

/**
 * Puts them on every answer, at its end, so that those have them too which a hook gives. They go the way of all other
 * headers: with one header set on Node's own response, it looks at each of the others again.
 */
export function useSecurityHeaders(instance: FastifyInstance): void {
  instance.addHook('onSend', (_request, reply, payload, done) => {
    void reply.headers(SECURITY_HEADERS);
    done(null, payload);
  });
}
