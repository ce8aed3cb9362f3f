/** What contenders reached: each one's median, and the median of two's ratios within a round. */
export interface Standings<Name extends string> {
  readonly median: Readonly<Record<Name, number>>;
  ratio(of: Name, to: Name): number;
}

/**
 * Runs each contender once a round, in turns, so that whatever else the machine does hits all of them. A first round
 * warms them up and does not count, unless it is the only one.
 */
export async function alternated<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, (round: number) => Promise<number>>>,
): Promise<Standings<Name>> {
  const names = Object.keys(contenders) as Name[];
  const seen: Record<Name, number>[] = [];
  for (let round = rounds > 1 ? 0 : 1; round <= rounds; round++) {
    const reached = {} as Record<Name, number>;
    for (const name of round % 2 === 0 ? names : names.toReversed()) reached[name] = await contenders[name](round);
    if (round > 0) seen.push(reached);
  }
  const medianOf = (value: (reached: Record<Name, number>) => number): number => quantile(seen.map(value), 0.5);
  return {
    median: Object.fromEntries(names.map((name) => [name, medianOf((reached) => reached[name])])) as Record<Name, number>,
    ratio: (of, to) => medianOf((reached) => reached[of] / reached[to]),
  };
}

/** The smallest value that at least this share of all is not above; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN;
}

/** How many a second, over the time that the work takes. */
export async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}

/** So many callers at once take the next number each, until there is none left. */
export async function inFlight(callers: number, count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: callers }, caller));
}
