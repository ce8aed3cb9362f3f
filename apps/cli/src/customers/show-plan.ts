import type { Migration, Plan, PlannedLine } from '../api-client/shapes.ts';
import type { Colours } from '../terminal/colours.ts';
import { dayText, dueText } from '../terminal/moments.ts';
import { onOneLine, wrapped } from '../terminal/plain-text.ts';
import { textTable } from '../terminal/text-table.ts';

const TEXT_WIDTH = 100;

function overlapText({ overlapDays, overlapCost, currency }: PlannedLine): string {
  if (overlapDays === 0) return '–';
  return `${overlapDays} d${overlapCost === null ? '' : `, ${overlapCost.toFixed(2)} ${currency ?? ''}`.trimEnd()}`;
}

/** What would be done when, line by line, with the limits that are in the way. Pure. */
export function showPlan(
  plan: Plan,
  migration: Migration,
  { width, colours }: { readonly width: number | null; readonly colours: Colours },
): string {
  const offers = new Map(migration.lineItems.map((line) => [line.originalSubscriptionId, line.original.offerName]));
  const offerOf = (line: PlannedLine): string => offers.get(line.originalSubscriptionId) ?? line.originalSubscriptionId;
  const hits = plan.lines.flatMap((line) => line.limitsHit.map((limit) => ({ ...limit, offer: offerOf(line) })));
  const cost = plan.lines.reduce((sum, line) => sum + (line.overlapCost ?? 0), 0);
  const currencies = new Set(plan.lines.flatMap((line) => (line.overlapCost === null ? [] : [line.currency ?? ''])));
  return [
    `${colours.bold(onOneLine(migration.customerName))}  as of ${dueText(plan.asOf, null)}  ${colours.dim('nothing is written')}`,
    '',
    textTable(
      plan.lines,
      [
        { title: 'LINE', of: offerOf, shrinksTo: 14 },
        {
          title: 'DO',
          of: (line) => line.action,
          ink: (text, line, ink) => (line.action === 'choose-target' || line.action === 'resolve-limit' ? ink.yellow(text) : text),
        },
        { title: 'SEATS', of: (line) => (line.seats === null ? '–' : String(line.seats)), align: 'right' },
        { title: 'EARLIEST', of: (line) => dayText(line.earliest), leftOut: 3 },
        { title: 'PLANNED', of: (line) => dayText(line.planned) },
        { title: 'LAST SAFE', of: (line) => dayText(line.lastSafe), leftOut: 2 },
        { title: 'ENDS', of: (line) => dayText(line.naturalEnd) },
        { title: 'OVERLAP', of: overlapText, leftOut: 1 },
        { title: 'BUYS', of: (line) => line.catalogItem ?? '–', leftOut: 4 },
      ],
      { width, colours },
    ),
    ...(currencies.size === 1 ? ['', `Overlap in all: ${cost.toFixed(2)} ${[...currencies].join('')}`.trimEnd()] : []),
    ...(hits.length === 0 ? [] : ['', colours.yellow('Limits hit')]),
    ...hits.flatMap(({ offer, code, detail }) =>
      wrapped(`${onOneLine(offer)}: ${onOneLine(detail)} (${code})`, (width ?? TEXT_WIDTH) - 2).map((line) => `  ${line}`),
    ),
  ].join('\n');
}
