import { resolve } from 'node:path';

/** What the local engines keep: jars, data, logs, and who runs where. Ignored by git, and left alone by `npm ci`. */
export const ENGINES_FOLDER = resolve('.engines');
