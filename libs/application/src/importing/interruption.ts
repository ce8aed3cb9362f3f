import { ImportFileFault } from '#imports';

/** What a file or a log says of itself for good: the same again tomorrow. */
const FOR_GOOD = new Set(['ENOENT', 'blob-missing', 'append-too-large', 'stream-deleted', 'foreign-event', 'name-reserved']);

/**
 * True where an engine says, by a code, that it cannot be used now: the import has to go on once it can. False for what is
 * wrong with the file, and for a defect, which would end each further try as it did this one.
 */
export function isInterruption(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ImportFileFault || !('code' in error)) return false;
  const { code } = error;
  return typeof code === 'string' && !code.startsWith('ERR_') && !isForGood(error);
}

/** An append that the log refused comes as one that is not confirmed: why it was refused is its cause. */
function isForGood(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && FOR_GOOD.has(String(error.code))) || isForGood(error.cause);
}
