import type { StreamOfLog } from './stream-of-log.ts';

/** -1 stands for "no stream". */
export type Expected = number | 'any' | 'stream-exists';

export type AppendDecision =
  | { readonly kind: 'write' }
  /** These very events are there already: answered like the first time. */
  | { readonly kind: 'repeated'; readonly lastRevision: number }
  | { readonly kind: 'wrong-revision'; readonly current: number }
  | { readonly kind: 'deleted' };

export interface KnownStream {
  readonly stream: StreamOfLog | undefined;
  readonly hasMetadata: boolean;
  /** The revision of an event that was written to this stream lately. The server forgets, so this may too. */
  readonly recent: (eventId: string) => number | undefined;
}

/** What EventStoreDB 24.10 does with an append, in its order of checks. */
export function decideAppend(
  expected: Expected,
  eventIds: readonly string[],
  { stream, hasMetadata, recent }: KnownStream,
): AppendDecision {
  const current = stream?.last ?? -1;
  if (stream === undefined) return expected === 'any' || expected === -1 ? { kind: 'write' } : { kind: 'wrong-revision', current };
  if (stream.tombstone) return { kind: 'deleted' };
  if (expected === 'stream-exists') {
    if (stream.isSoftDeleted) return { kind: 'deleted' };
    if (current < 0 && !hasMetadata) return { kind: 'wrong-revision', current };
  }
  if (typeof expected === 'string') return withoutRevision(eventIds, recent, current);
  if (expected < current) return belowCurrent(expected, eventIds, stream, recent);
  return expected > current ? { kind: 'wrong-revision', current } : { kind: 'write' };
}

function withoutRevision(eventIds: readonly string[], recent: KnownStream['recent'], current: number): AppendDecision {
  const revisions = eventIds.map(recent);
  if (revisions[0] === undefined) return { kind: 'write' };
  const isRepeat = revisions.every((revision) => revision !== undefined);
  return isRepeat ? { kind: 'repeated', lastRevision: revisions.at(-1)! } : { kind: 'wrong-revision', current };
}

function belowCurrent(expected: number, eventIds: readonly string[], stream: StreamOfLog, recent: KnownStream['recent']): AppendDecision {
  const differs = eventIds.findIndex((id, n) => {
    const revision = expected + 1 + n;
    return recent(id) !== revision && stream.records[revision]?.eventId !== id;
  });
  if (differs < 0 && eventIds.length > 0) return { kind: 'repeated', lastRevision: expected + eventIds.length };
  const revives = differs === 0 && expected === -1 && stream.isSoftDeleted;
  return revives ? { kind: 'write' } : { kind: 'wrong-revision', current: stream.last };
}
