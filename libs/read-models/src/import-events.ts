import type { DomainEvent, Instant } from '#kernel';

/** One row's outcome as it is kept (contract §3, `GET /v1/imports/{id}/rows`). */
export interface ImportRowReport {
  readonly line: number;
  readonly outcome: 'accepted' | 'rejected' | 'duplicate';
  readonly code?: string;
  readonly column?: string;
  readonly hint?: string;
  readonly warnings: readonly unknown[];
  readonly migrationId?: string;
}

export interface ImportRowCounts {
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
}

export type ImportEvent =
  | DomainEvent<'import.received.v1', { readonly at: Instant; readonly importId: string; readonly rows: number }>
  | DomainEvent<'import.rows-accounted.v1', { readonly outcomes: readonly ImportRowReport[]; readonly lastRow: number }>
  | DomainEvent<'import.finished.v1', { readonly at: Instant; readonly counts: ImportRowCounts }>
  | DomainEvent<'import.failed.v1', { readonly at: Instant; readonly detail: string }>;

export const IMPORT_EVENT_SCHEMAS: readonly { readonly type: ImportEvent['type']; readonly personal: readonly string[] }[] = [
  { type: 'import.received.v1', personal: [] },
  // Hints may quote a cell: a name or an address.
  { type: 'import.rows-accounted.v1', personal: ['/outcomes/*/hint', '/outcomes/*/warnings'] },
  { type: 'import.finished.v1', personal: [] },
  { type: 'import.failed.v1', personal: [] },
];

export function importStreamOf(importId: string): string {
  return `import-${importId}`;
}
