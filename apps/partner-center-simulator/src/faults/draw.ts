import { createHash } from 'node:crypto';

/** A number in [0, 1) that is always the same for the same parts, evenly spread over different ones. */
export function draw(...parts: readonly (string | number)[]): number {
  return createHash('sha1').update(parts.join('\n')).digest().readUIntBE(0, 6) / 2 ** 48;
}
