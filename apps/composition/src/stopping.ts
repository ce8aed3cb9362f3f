/** The service answers Ctrl-C within 5 seconds: what is in hand may end in four of them. */
const FINISH_WITHIN_MS = 4_000;
const LAST_GRACE_MS = 500;

/**
 * Ends the process on Ctrl-C or a termination signal: once in good order, at once when asked twice. Resolves with the
 * exit code when the first signal has been carried out.
 */
export function stopOnSignal(stop: (abandon: AbortSignal) => Promise<void>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(130);
    asked = true;
    const abandon = AbortSignal.timeout(FINISH_WITHIN_MS);
    // Everything that counts is durable at any moment: what does not end by itself is left to the next start.
    abandon.addEventListener('abort', () => setTimeout(resolve, LAST_GRACE_MS, 0));
    stop(abandon).then(
      () => resolve(0),
      (error: unknown) => {
        process.stderr.write(`stopping failed: ${error instanceof Error ? error.message : String(error)}\n`);
        resolve(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return promise;
}
