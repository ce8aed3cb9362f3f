import { type Figure, type Limit, type Measurement, passes, ratioOf } from './figure.ts';

export interface MeasuredFigure {
  readonly figure: Pick<Figure, 'name' | 'title'>;
  readonly seconds: number;
  /** Absent where the benchmark itself failed. */
  readonly measurements?: readonly Measurement[];
  readonly fault?: string;
  /** An engine that cannot be had here. */
  readonly missing?: string;
}

export interface Surroundings {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly sqlite: string;
  readonly machine: {
    readonly processors: number;
    readonly model: string;
    readonly memoryGb: number;
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly quick: boolean;
}

/** Everything as numbers, for whoever compares runs. */
export function jsonOf(surroundings: Surroundings, figures: readonly MeasuredFigure[]): string {
  const results = figures.map(({ figure, seconds, measurements, fault, missing }) => ({
    name: figure.name,
    title: figure.title,
    seconds,
    ...(fault !== undefined && { fault }),
    ...(missing !== undefined && { missing }),
    measurements: measurements?.map((measurement) => ({ ...measurement, ratio: ratioOf(measurement), pass: passes(measurement) })) ?? [],
  }));
  return `${JSON.stringify({ ...surroundings, figures: results }, null, 2)}\n`;
}

function number(value: number): string {
  if (!Number.isFinite(value)) return '—';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function limitOf({ limit, unit }: Measurement): string {
  if (!limit) return '';
  const sign = { 'at-least': '≥', 'at-most': '≤' } satisfies Record<Limit['kind'], string>;
  return `${sign[limit.kind]} ${number(limit.value)}${limit.of === 'ratio' ? ' ×' : ` ${unit}`}`;
}

/** One row a measurement: what was measured, beside what, against which limit. */
export function rowsOf({ measurements, fault, missing }: MeasuredFigure): readonly (readonly string[])[] {
  if (missing !== undefined) return [[`not measured: ${missing}`, '', '', '', '', '']];
  if (fault !== undefined) return [[`could not be measured: ${fault}`, '', '', '', '', 'MISSED']];
  return (measurements ?? []).map((measurement) => {
    const ratio = ratioOf(measurement);
    const passed = passes(measurement);
    return [
      measurement.name,
      `${number(measurement.value)} ${measurement.unit}`,
      measurement.peer ? `${number(measurement.peer.value)} (${measurement.peer.name})` : '',
      ratio === undefined ? '' : ratio.toFixed(2),
      limitOf(measurement),
      passed === undefined ? '' : passed ? 'reached' : 'MISSED',
    ];
  });
}

export const HEADINGS = ['measured', 'value', 'beside it, in the same run', 'ratio', 'limit', ''] as const;
