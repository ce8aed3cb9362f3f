import autocannon from 'autocannon';

/** What the load generator is asked for, as JSON in its one argument. `{n}` in the path is the number of the request's target. */
export interface Load {
  readonly url: string;
  readonly targets: readonly string[];
  readonly body: unknown;
  readonly requests: number;
  readonly connections: number;
}

export interface LoadAnswer {
  readonly perSecond: number;
  readonly refused: number;
  readonly p99Ms: number;
}

/**
 * Every target once, in order, by so many connections; timed from the start to the last answer, since the generator's own
 * clock stops at whole seconds only. Runs in a process of its own, so that it does not slow the server down by its own work.
 */
async function run({ url, targets, body, requests, connections }: Load): Promise<LoadAnswer> {
  let next = 0;
  let lastAnswer = 0;
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const start = performance.now();
  const instance = autocannon(
    {
      url,
      connections,
      amount: requests,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      requests: [{ setupRequest: (request) => ({ ...request, path: targets[next++ % targets.length]! }) }],
    },
    (error: Error | null, result) => (error ? reject(error) : resolve(result)),
  );
  instance.on('response', () => (lastAnswer = performance.now()));
  const result = await promise;
  return {
    perSecond: result['2xx'] / ((lastAnswer - start) / 1_000),
    refused: result.non2xx + result.errors,
    p99Ms: result.latency.p99,
  };
}

process.on('message', (load: Load) => {
  void run(load).then((answer) => process.send?.(answer, () => process.disconnect()));
});
