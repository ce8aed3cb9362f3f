import type { HistoryItem } from '../api-client/shapes.ts';
import type { Colours } from '../terminal/colours.ts';
import { momentText } from '../terminal/moments.ts';
import { onOneLine } from '../terminal/plain-text.ts';
import { textTable } from '../terminal/text-table.ts';

export interface HistoryFrame {
  readonly width: number | null;
  readonly colours: Colours;
  /** Also what each event says. */
  readonly data: boolean;
}

/** `migration.order-placed.v1` is `order placed`. */
function words(type: string): string {
  return type
    .replace(/^migration\./, '')
    .replace(/\.v\d+$/, '')
    .replaceAll('-', ' ');
}

function inkOf(type: string, colours: Colours): (text: string) => string {
  if (type.startsWith('migration.gap-opened')) return (text) => colours.bold(colours.red(text));
  if (/refused|failed|declined|lapsed|removed|attention-raised|gap-foreseen|held|withdrawn/.test(type)) return colours.yellow;
  if (/completed|accepted|provisioned|reassigned\./.test(type)) return colours.green;
  return (text) => text;
}

const SAID_ELSEWHERE = new Set(['at', 'key', 'migrationId', 'partnerTenantId', 'customerTenantId', 'policy', 'lines']);

/** Which line: last, because it is long and says least. */
const LINE = 'originalSubscriptionId';

/** The event's own fields in a few words, those that the columns tell left out. */
export function gistOf(data: Readonly<Record<string, unknown>>): string {
  return Object.entries(data)
    .filter(([name, value]) => !SAID_ELSEWHERE.has(name) && value !== null && value !== undefined)
    .sort(([a], [b]) => Number(a === LINE) - Number(b === LINE))
    .map(([name, value]) => `${name} ${typeof value === 'string' ? onOneLine(value) : JSON.stringify(value)}`)
    .join(', ');
}

/** Events in order, one a line. Pure. */
export function showHistory(items: readonly HistoryItem[], { width, colours, data }: HistoryFrame): string {
  return textTable(
    items,
    [
      { title: '#', of: (item) => String(item.revision), align: 'right' },
      { title: 'WHEN', of: (item) => momentText(item.occurredAt) },
      { title: 'WHAT', of: (item) => words(item.type), ink: (text, item, ink) => inkOf(item.type, ink)(text) },
      { title: 'WHO', of: (item) => item.actor, shrinksTo: 12 },
      { title: 'WHY', of: (item) => item.reason ?? '', shrinksTo: 8, leftOut: 1 },
      ...(data ? [{ title: 'DATA', of: (item: HistoryItem) => gistOf(item.data), shrinksTo: 20, leftOut: 2 }] : []),
    ],
    { width, colours },
  );
}
