/** What a figure is held to (design §5). */
export interface Limit {
  readonly kind: 'at-least' | 'at-most';
  readonly value: number;
}

/** One number that was measured, with what it is to be compared with: a peer of the same run, a fixed limit, or both. */
export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** What ran beside it, alternated with it, in the same process. */
  readonly peer?: {
    readonly name: string;
    readonly value: number;
    /** The median of the ratios within a round, where there were several; else value to value. */
    readonly ratio?: number;
  };
  /** Holds the ratio to the peer where `of` says so, else the value itself. Absent: shown for what it tells, judged by nobody. */
  readonly limit?: Limit & { readonly of: 'ratio' | 'value' };
  readonly note?: string;
}

export interface Scale {
  /** Smaller inputs and fewer rounds: to see that everything runs, not to judge. */
  readonly quick: boolean;
}

/** A benchmark. Each runs in a process of its own, so that none inherits another's heap. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  measure(scale: Scale): Promise<readonly Measurement[]>;
}

export function ratioOf({ value, peer }: Measurement): number | undefined {
  if (!peer || peer.value === 0) return undefined;
  return peer.ratio ?? value / peer.value;
}

/** `undefined` where there is no limit. */
export function passes(measurement: Measurement): boolean | undefined {
  const { limit } = measurement;
  if (!limit) return undefined;
  const judged = limit.of === 'ratio' ? ratioOf(measurement) : measurement.value;
  if (judged === undefined) return undefined;
  return limit.kind === 'at-least' ? judged >= limit.value : judged <= limit.value;
}
