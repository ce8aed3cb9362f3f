import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { LoggedRecord } from './logged-record.ts';
import { rpcErrors } from './rpc-errors.ts';

export interface RecordFilter {
  matches(record: LoggedRecord): boolean;
  /** Records looked at before the server tells how far it is; infinite where it never does. */
  readonly checkpointInterval: number;
}

const DEFAULT_WINDOW = 32;

/** A filter over stream names or types, by prefixes or an expression that may match anywhere. */
export function recordFilter(options: ReadReq.Options): RecordFilter {
  const filter = options.getFilter();
  if (filter === undefined) return { matches: () => true, checkpointInterval: Infinity };
  const [field, expression] = filter.hasStreamIdentifier()
    ? (['streamId', filter.getStreamIdentifier()] as const)
    : (['type', filter.getEventType()] as const);
  const multiplier = filter.getCheckpointintervalmultiplier();
  if (multiplier === 0) throw rpcErrors.invalid('checkpointIntervalMultiplier must be greater than zero');
  const pattern = expression?.getRegex() ? new RegExp(expression.getRegex()) : undefined;
  const prefixes = expression?.getPrefixList() ?? [];
  return {
    matches: (record) => pattern?.test(record[field]) ?? prefixes.some((prefix) => record[field].startsWith(prefix)),
    checkpointInterval: multiplier * (filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW),
  };
}
