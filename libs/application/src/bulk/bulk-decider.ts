import { type Decider, type Instant, accept } from '#kernel';
import type { BulkEvent, BulkRegisterEvent, BulkRequest, BulkResult } from './bulk-events.ts';

export interface BulkRun {
  readonly request: BulkRequest;
  readonly requestedAt: Instant;
  readonly targets: readonly string[];
  /** All that the filter hit are in `targets`. */
  readonly listed: boolean;
  readonly results: readonly BulkResult[];
  readonly finishedAt: Instant | null;
}

/** `null` before it was asked for. */
export type BulkState = BulkRun | null;

export type BulkCommand =
  | { readonly type: 'RequestBulk'; readonly at: Instant; readonly request: BulkRequest }
  | { readonly type: 'ListTargets'; readonly ids: readonly string[]; readonly last: boolean }
  | { readonly type: 'RecordResults'; readonly results: readonly BulkResult[] }
  | { readonly type: 'FinishBulk'; readonly at: Instant };

/** Results come in the order of the targets: so many are done, the next one is the first that has none. */
export const bulkDecider: Decider<BulkCommand, BulkState, BulkEvent, never> = {
  initialState: null,
  decide(command, state) {
    switch (command.type) {
      case 'RequestBulk':
        return state ? accept() : accept({ type: 'bulk.requested.v1', data: { ...command.request, at: command.at } });
      case 'ListTargets':
        return state?.listed === false
          ? accept({ type: 'bulk.targets-listed.v1', data: { ids: command.ids, last: command.last } })
          : accept();
      case 'RecordResults':
        return state && !state.finishedAt ? accept({ type: 'bulk.carried-out.v1', data: { results: command.results } }) : accept();
      case 'FinishBulk':
        return state && !state.finishedAt ? accept({ type: 'bulk.finished.v1', data: { at: command.at } }) : accept();
      default:
        return command satisfies never;
    }
  },
  evolve(state, event) {
    if (event.type === 'bulk.requested.v1') {
      const { at, ...request } = event.data;
      return { request, requestedAt: at, targets: [], listed: false, results: [], finishedAt: null };
    }
    if (!state) return state;
    switch (event.type) {
      case 'bulk.targets-listed.v1':
        return { ...state, targets: [...state.targets, ...event.data.ids], listed: event.data.last };
      case 'bulk.carried-out.v1':
        return { ...state, results: [...state.results, ...event.data.results] };
      case 'bulk.finished.v1':
        return { ...state, finishedAt: event.data.at };
      default:
        return event satisfies never;
    }
  },
};

export type BulkRegisterCommand = { readonly type: 'Begin'; readonly bulkId: string } | { readonly type: 'End'; readonly bulkId: string };

export interface BulkRegister {
  readonly unfinished: readonly string[];
}

export const bulkRegisterDecider: Decider<BulkRegisterCommand, BulkRegister, BulkRegisterEvent, never> = {
  initialState: { unfinished: [] },
  decide({ type, bulkId }, { unfinished }) {
    const known = unfinished.includes(bulkId);
    if (type === 'Begin') return known ? accept() : accept({ type: 'bulk-register.begun.v1', data: { bulkId } });
    return known ? accept({ type: 'bulk-register.ended.v1', data: { bulkId } }) : accept();
  },
  evolve({ unfinished }, { type, data: { bulkId } }) {
    return type === 'bulk-register.begun.v1'
      ? { unfinished: [...unfinished, bulkId] }
      : { unfinished: unfinished.filter((id) => id !== bulkId) };
  },
};
