import { resolve } from 'node:path';
import { EngineFault } from './engine-fault.ts';

/** What the local engines keep: jars, data, logs, and who runs where. Ignored by git, and left alone by `npm ci`. */
export const ENGINES_FOLDER = resolve('.engines');

/** Data keeps its port, so that a restart is found where it was. @throws EngineFault where another one is asked for */
export function requirePort(folder: string, kept: number, asked: number | undefined): void {
  if (asked === undefined || asked === kept) return;
  throw new EngineFault(`the data in ${folder} belongs to port ${kept}: delete that folder, or leave the port ${asked} out`);
}
