/** Why the service cannot start, in words for the person who started it. */
export class StartFault extends Error {}

/** A start that failed for a reason that its operator can mend; anything else is a defect and keeps its stack. */
export function startFaultOf(error: unknown): StartFault | undefined {
  if (error instanceof StartFault) return error;
  const {
    code,
    message,
    port,
    hostname,
    address = hostname ?? '',
  } = (error ?? {}) as { code?: unknown; message?: unknown; port?: number; hostname?: string; address?: string };
  const where = `${address}:${port ?? ''}`;
  if (code === 'EADDRINUSE') {
    return new StartFault(
      `port-in-use: ${where} is taken by another program. Stop that program, or set PORT (or SIMULATOR_PORT) to another port; 0 takes any free one.`,
    );
  }
  if (code === 'EACCES' && port !== undefined) {
    return new StartFault(`port-not-allowed: this user may not listen on ${where}. Set PORT to one above 1023.`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartFault(`host-unknown: this machine has no address ${address}. Set HOST to 127.0.0.1, or to an address of this machine.`);
  }
  const coded = typeof code === 'string' && /^[a-z]+(-[a-z]+)+$/.test(code);
  return coded && typeof message === 'string' ? new StartFault(`${code}: ${message}`) : undefined;
}
