import type { LogComparison } from '#event-sourcing';
import type { Screen } from '../terminal/screen.ts';
import { numberText } from '../terminal/moments.ts';
import { onOneLine } from '../terminal/plain-text.ts';

/** Both sides below each other, so that a person can see that they are the same. */
export function accountLines({ from, to }: LogComparison): readonly string[] {
  const counts = [from, to].map(({ events }) => numberText(events));
  const width = Math.max(...counts.map((count) => count.length));
  return [
    `source  ${counts[0]!.padStart(width)} events  sha256 ${from.sha256}`,
    `target  ${counts[1]!.padStart(width)} events  sha256 ${to.sha256}`,
  ];
}

export function verdictLine({ same, firstDifference }: LogComparison, { colours }: Screen): string {
  if (same) return `${colours.green('✓')} Both hold the same events in the same order.`;
  const at = firstDifference === null ? '' : `: the first one that differs is event ${numberText(firstDifference.event)}`;
  const sides = firstDifference === null ? [] : [`source: ${told(firstDifference.from)}`, `target: ${told(firstDifference.to)}`];
  return [`${colours.red('✗')} The two are not the same${at}.`, ...sides.map((side) => `  ${side}`)].join('\n');
}

function told(
  event: { readonly streamId: string; readonly revision: number; readonly type: string; readonly eventId: string } | null,
): string {
  return event === null ? 'nothing' : onOneLine(`${event.type}, ${event.streamId} revision ${event.revision}, id ${event.eventId}`);
}

/** What does not move with the events, because it speaks of the old log's positions. */
export const AFTERWARDS: readonly string[] = [
  'Positions are the new log’s own. Whatever was built from the old one begins anew:',
  '  read models, checkpoints and kept answers: give the service an empty database, or an empty data folder',
  '  what was published from the log: it is published again under the same ids, which receivers know',
  'Keep the old log until the new one has served for a while. docs/operations.md tells the whole way.',
];
