import type { Risk, Stage } from './shapes.ts';

export interface Overview {
  readonly asOf: string;
  readonly stages: Readonly<Record<Stage, { readonly migrations: number; readonly seats: number }>>;
  readonly risk: Readonly<Record<Risk, number>>;
  readonly invitations: {
    readonly open: number;
    readonly oldestDays: number | null;
    readonly ages: readonly { readonly fromDays: number; readonly toDays: number | null; readonly count: number }[];
  };
  readonly conservation: {
    readonly registered: number;
    readonly open: number;
    readonly completed: number;
    readonly closed: number;
    readonly difference: number;
  };
  readonly gaps: { readonly foreseen: number; readonly real: number };
  readonly overlapDays: { readonly median: number | null; readonly p95: number | null };
}

export interface ImportReport {
  readonly state: 'received' | 'running' | 'done' | 'failed';
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly dryRun?: boolean;
  /** Why it failed. */
  readonly detail?: string | null;
}

export interface ImportRow {
  readonly line: number;
  readonly outcome: 'accepted' | 'rejected' | 'duplicate';
  readonly code?: string | null;
  readonly column?: string | null;
  readonly hint?: string | null;
  readonly warnings: readonly unknown[];
  readonly migrationId?: string | null;
}

export interface BulkReport {
  readonly state: 'running' | 'done';
  /** `status`: as of a single command over HTTP. */
  readonly results: readonly { readonly id: string; readonly status: number; readonly code?: string }[];
}

export interface DeadLetter {
  readonly id: string;
  readonly key: string;
  readonly reason: string;
  readonly detail: string;
  readonly parkedAt: string;
  readonly message: unknown;
}

export interface ClockReading {
  readonly mode: 'system' | 'driven';
  readonly now: string;
}
