import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../../configuration/index.ts';
import { Problem } from '../problems/problem.ts';

/**
 * On the loopback nobody has to sign in, for nobody else gets there. But a web page whose own name is made to lead there
 * (DNS rebinding) is of the service's origin to the browser: only the name that it asks for gives it away. `hosts` are
 * those that lead here beside the loopback's own. Whoever listens elsewhere has other guards, and names of any kind.
 */
export function useKnownHosts(instance: FastifyInstance, hosts: readonly string[]): void {
  const known = new Set(hosts.map(nameOf));
  const leadsHere = (name: string | undefined): boolean => name !== undefined && (known.has(name) || isLoopback(`http://${name}`));
  let onLoopback: boolean | undefined;
  /** The same clients come again and again: what a name was is read once. */
  let lastKnown: string | undefined;
  instance.addHook('onRequest', (request, _reply, done) => {
    onLoopback ??= listensOnLoopback(instance);
    const { host } = request.headers;
    // Every browser names the host; without one it is an old program.
    if (onLoopback === true && host !== undefined && host !== lastKnown) {
      if (!leadsHere(nameOf(host))) {
        done(misdirected());
        return;
      }
      lastKnown = host;
    }
    done();
  });
}

function misdirected(): Problem {
  return new Problem(
    421,
    'misdirected-request',
    'The service listens for this machine only and is not known by the name in the header Host: ask for localhost or 127.0.0.1, or set PUBLIC_URL to the address under which a proxy offers it.',
  );
}

/** Undefined while it does not listen. */
function listensOnLoopback({ server }: FastifyInstance): boolean | undefined {
  const address = server.address();
  if (address === null) return undefined;
  return typeof address === 'object' && isLoopback(`http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}`);
}

/** The name as it is compared: in lower case, without a port, which a proxy may have changed, and without the root's dot. Undefined where there is none. */
function nameOf(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname.replace(/\.$/, '');
}
