import type { CheckedRow } from './checked-row.ts';
import type { ImportColumn } from './import-columns.ts';
import type { RowFault } from './row-fault.ts';

/** A customer as its first row in the file describes it; contact and wave are the first that the given rows name. */
export type ImportCustomer = Pick<CheckedRow, 'customerTenantId' | 'customerName' | 'customerDomain' | 'country' | 'contactEmail' | 'wave'>;

/** What became of one row that the file itself gave no reason to refuse. */
export type RegistrationOutcome =
  /** Without `migrationId` in a dry run. */
  | { readonly outcome: 'accepted'; readonly migrationId?: string; readonly warnings?: readonly RowFault[] }
  /** Known already from elsewhere than this file: another import, or the API. */
  | {
      readonly outcome: 'duplicate';
      readonly migrationId?: string;
      readonly code?: string;
      readonly column?: ImportColumn | null;
      readonly hint: string;
    }
  | ({ readonly outcome: 'rejected'; readonly migrationId?: string } & RowFault);

/** Where rows go. A dry run is a target that writes nothing. */
export interface ImportTarget {
  /**
   * Registers rows of one customer, in the order of the file; answers one outcome for each, in that order.
   * Called for several customers at the same time, and for one customer again with further rows where those stand
   * elsewhere in the file. After a crash it may be called again with the very same rows: it has to answer as the first time,
   * not `duplicate` (derive the command's id from the import's id, the customer and `rows[0].row`).
   * What it rejects with stops the import, which may be started again later.
   */
  register(customer: ImportCustomer, rows: readonly CheckedRow[]): Promise<readonly RegistrationOutcome[]>;
}
