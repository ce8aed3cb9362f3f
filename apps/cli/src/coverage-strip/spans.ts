import type { CoverageInterval } from '../api-client/shapes.ts';

export interface Span {
  readonly from: string;
  readonly to: string | null;
  readonly seats: number;
}

export interface Lane extends Span {
  readonly kind: 'original' | 'grace' | 'target' | 'planned';
}

export interface Meeting extends Span {
  readonly kind: 'gap' | 'overlap';
  /** The target's part of an overlap is planned only. */
  readonly planned: boolean;
}

/** Neighbours of one kind are one span, whatever else changes between them. */
function joined<T extends Span & { readonly kind: string }>(spans: readonly T[]): readonly T[] {
  const result: T[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last?.kind === span.kind && last.to === span.from)
      result[result.length - 1] = { ...last, to: span.to, seats: Math.max(last.seats, span.seats) };
    else result.push(span);
  }
  return result;
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

export function originalLane(coverage: readonly CoverageInterval[]): readonly Lane[] {
  return joined(
    coverage
      .map(({ from, to, seats, by, grace }): Lane | undefined =>
        by === 'original' || by === 'both' ? { from, to, seats, kind: grace ? 'grace' : 'original' } : undefined,
      )
      .filter(isDefined),
  );
}

export function targetLane(coverage: readonly CoverageInterval[]): readonly Lane[] {
  return joined(
    coverage
      .map(({ from, to, seats, by, planned }): Lane | undefined =>
        by === 'target' || by === 'both' ? { from, to, seats, kind: planned ? 'planned' : 'target' } : undefined,
      )
      .filter(isDefined),
  );
}

/** Where neither covers the seats, and where both do. */
export function meetings(coverage: readonly CoverageInterval[]): readonly Meeting[] {
  return joined(
    coverage
      .map(({ from, to, seats, by, planned = false }): Meeting | undefined => {
        if (by === 'none') return { from, to, seats, kind: 'gap', planned };
        return by === 'both' ? { from, to, seats, kind: 'overlap', planned } : undefined;
      })
      .filter(isDefined),
  );
}
