import type { Risk, Stage } from '../api-client/shapes.ts';

/** Where all migrations stand at one moment. */
export interface StageCounts {
  /** ISO 8601 UTC; `null` = not told. */
  readonly clock: string | null;
  /** Migrations in each stage; a stage left out has none. */
  readonly stages: Readonly<Partial<Record<Stage, number>>>;
  /** Of how many: what a full bar means. */
  readonly total: number;
  readonly seats?: Readonly<Partial<Record<Stage, number>>>;
  readonly gaps?: { readonly foreseen: number; readonly real: number };
  readonly risk?: Readonly<Partial<Record<Risk, number>>>;
  /** A word on what is going on, for the first line. */
  readonly note?: string;
}
