import picocolors from 'picocolors';
import type { OutputStream } from './terminal.ts';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** https://no-color.org: a non-empty NO_COLOR always wins. */
export function wantsColour(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

export function coloursFor(enabled: boolean): Colours {
  return picocolors.createColors(enabled);
}
