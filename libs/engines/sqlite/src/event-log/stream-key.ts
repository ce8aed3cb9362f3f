import { hash } from 'node:crypto';
import { KEY_BYTES } from './swept-index.ts';

/** What a stream's name is looked up by in the file: the first 128 bits of its SHA-256. */
export function streamKey(name: string): Buffer {
  return hash('sha256', name, 'buffer').subarray(0, KEY_BYTES);
}
