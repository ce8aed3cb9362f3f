import type { RecordedEvent } from '#kernel';
import type { EventStore } from './event-store.ts';
import { type LogAccount, LogAccountant, textOfEvent, wholeLog } from './log-account.ts';

export interface LogComparison {
  readonly from: LogAccount;
  readonly to: LogAccount;
  readonly same: boolean;
  /** Which event, counted from 1, is another one or missing on one side first. `null` when the logs are the same. */
  readonly firstDifference: { readonly event: number; readonly from: RecordedEvent | null; readonly to: RecordedEvent | null } | null;
}

export interface CompareLogsOptions {
  readonly from: Pick<EventStore, 'readAll'>;
  readonly to: Pick<EventStore, 'readAll'>;
  /** After each event of the source, and after each one that only the target has. */
  readonly onEvent?: (event: RecordedEvent) => void;
  readonly signal?: AbortSignal;
}

/** Reads both logs side by side, to the end of the longer one. @throws the signal's reason when aborted */
export async function compareLogs({ from, to, onEvent, signal }: CompareLogsOptions): Promise<LogComparison> {
  const accounts = { from: new LogAccountant(), to: new LogAccountant() };
  const theirs = wholeLog(to);
  const nextOfTarget = async (): Promise<RecordedEvent | null> => (await theirs.next()).value ?? null;
  let firstDifference: LogComparison['firstDifference'] = null;
  let count = 0;

  function take(source: RecordedEvent | null, target: RecordedEvent | null): void {
    signal?.throwIfAborted();
    count += 1;
    const texts = { from: source && textOfEvent(source), to: target && textOfEvent(target) };
    if (texts.from !== null) accounts.from.add(texts.from);
    if (texts.to !== null) accounts.to.add(texts.to);
    if (texts.from !== texts.to) firstDifference ??= { event: count, from: source, to: target };
    onEvent?.(source ?? target!);
  }

  for await (const event of wholeLog(from)) take(event, await nextOfTarget());
  for (let event = await nextOfTarget(); event !== null; event = await nextOfTarget()) take(null, event);

  const [source, target] = [accounts.from.account(), accounts.to.account()];
  return { from: source, to: target, same: source.events === target.events && source.sha256 === target.sha256, firstDifference };
}
