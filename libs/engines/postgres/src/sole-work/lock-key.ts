import { createHash } from 'node:crypto';

/**
 * The number of an advisory lock: 64 bits of a hash, because numbers are all that the server has for them, and all
 * programs that use a database share them. `namespace` is what is ours in it.
 */
export function lockKey(namespace: string, name: string): string {
  return createHash('sha256').update(`cutover\0${namespace}\0${name}`).digest().readBigInt64BE(0).toString();
}
