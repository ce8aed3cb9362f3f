import { Worker } from 'node:worker_threads';

/** Which log is folded into which file of read models. */
export interface Filling {
  readonly log: string;
  readonly copy: string;
  /** Who owns the copy's checkpoint: whoever goes on writing it. */
  readonly owner: string;
  /** Every type that may stand in the log. */
  readonly eventTypes: readonly string[];
}

/**
 * Folds the log, up to its end, into a copy of the read models that nobody uses yet, in a thread of its own: a rebuild
 * takes long, and the event loop is needed. Aborting leaves what is committed.
 */
export async function fillReadModels(filling: Filling, onProgress: (events: number) => void, signal: AbortSignal): Promise<void> {
  const worker = new Worker(new URL('./fill-read-models.worker.js', import.meta.url), { workerData: filling, name: 'read-model rebuild' });
  worker.unref();
  const abort = (): void => void worker.terminate();
  signal.addEventListener('abort', abort);
  worker.on('message', onProgress);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  worker.once('error', reject);
  worker.once('exit', (code) => (code === 0 ? resolve(undefined) : reject(new Error('the rebuild was broken off: begin it again'))));
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
