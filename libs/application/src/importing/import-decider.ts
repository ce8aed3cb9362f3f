import { type Decider, type Decision, type Instant, accept } from '#kernel';
import type { ImportEvent, ImportRowCounts, ImportRowReport } from '#read-models';

export type ImportCommand =
  | { readonly type: 'ReceiveImport'; readonly at: Instant; readonly importId: string; readonly rows: number }
  | { readonly type: 'AccountRows'; readonly outcomes: readonly ImportRowReport[]; readonly lastRow: number }
  | { readonly type: 'FinishImport'; readonly at: Instant }
  | { readonly type: 'FailImport'; readonly at: Instant; readonly detail: string };

export interface ImportProgress {
  readonly receivedAt: Instant | null;
  readonly ended: boolean;
  /** Rows up to here have their outcome: where an interrupted import goes on. */
  readonly lastRow: number;
  readonly counts: ImportRowCounts;
}

const NOTHING: ImportProgress = {
  receivedAt: null,
  ended: false,
  lastRow: 0,
  counts: { rows: 0, accepted: 0, rejected: 0, duplicates: 0 },
};

function decide(command: ImportCommand, state: ImportProgress): Decision<ImportEvent, never> {
  if (state.ended) return accept();
  switch (command.type) {
    case 'ReceiveImport':
      if (state.receivedAt) return accept();
      return accept({ type: 'import.received.v1', data: { at: command.at, importId: command.importId, rows: command.rows } });
    case 'AccountRows':
      if (command.lastRow <= state.lastRow) return accept();
      // Rows that a late append has accounted for meanwhile are not counted again: the outcomes end with `lastRow`.
      return accept({
        type: 'import.rows-accounted.v1',
        data: { outcomes: command.outcomes.slice(state.lastRow - command.lastRow), lastRow: command.lastRow },
      });
    case 'FinishImport':
      return accept({ type: 'import.finished.v1', data: { at: command.at, counts: state.counts } });
    case 'FailImport':
      return accept({ type: 'import.failed.v1', data: { at: command.at, detail: command.detail } });
    default:
      return command satisfies never;
  }
}

function evolve(state: ImportProgress, event: ImportEvent): ImportProgress {
  switch (event.type) {
    case 'import.received.v1':
      return { ...state, receivedAt: event.data.at };
    case 'import.rows-accounted.v1': {
      const { outcomes, lastRow } = event.data;
      const count = (outcome: ImportRowReport['outcome']): number => outcomes.filter((row) => row.outcome === outcome).length;
      const { counts } = state;
      return {
        ...state,
        lastRow,
        counts: {
          rows: counts.rows + outcomes.length,
          accepted: counts.accepted + count('accepted'),
          rejected: counts.rejected + count('rejected'),
          duplicates: counts.duplicates + count('duplicate'),
        },
      };
    }
    case 'import.finished.v1':
    case 'import.failed.v1':
      return { ...state, ended: true };
    default:
      return event satisfies never;
  }
}

export const importDecider: Decider<ImportCommand, ImportProgress, ImportEvent, never> = { initialState: NOTHING, decide, evolve };
