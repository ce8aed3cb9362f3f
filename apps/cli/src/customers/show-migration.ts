import type { LineItem, Migration } from '../api-client/shapes.ts';
import { coverageLegend } from '../coverage-strip/coverage-legend.ts';
import { coverageStrip } from '../coverage-strip/coverage-strip.ts';
import { frameOf } from '../coverage-strip/scale.ts';
import { timeAxis } from '../coverage-strip/time-axis.ts';
import { inkOfRisk, inkOfStage } from '../stage-bars/stage-bar-lines.ts';
import type { Colours } from '../terminal/colours.ts';
import { counted, dueText, momentText } from '../terminal/moments.ts';
import { fitted, onOneLine, padded, wrapped } from '../terminal/plain-text.ts';
import { textTable } from '../terminal/text-table.ts';

export interface ShowFrame {
  /** Columns; `null` = no terminal. */
  readonly width: number | null;
  readonly colour: boolean;
  readonly colours: Colours;
  /** The service's time, or the moment that is looked at; `null` = not known. */
  readonly now: string | null;
}

const LABEL = 12;
const WIDTH_OFF_TERMINAL = 100;
const WIDEST_STRIP = 160;

function field(label: string, text: string, { width }: ShowFrame): readonly string[] {
  const lines = width === null ? [text] : wrapped(text, Math.max(20, width - LABEL));
  return lines.map((line, index) => padded(index === 0 ? label : '', LABEL) + line);
}

function headOf(migration: Migration, frame: ShowFrame): readonly string[] {
  const { colours, now } = frame;
  const { customerName, customerDomain, country, wave, stage, risk, seats, lines, hold, onHold, needsAttention } = migration;
  const attentions = migration.attentions ?? (needsAttention ? [needsAttention] : []);
  const holdText = hold ? `${onOneLine(hold.reason)}${hold.until === null ? '' : `, until ${momentText(hold.until)}`}` : 'yes';
  return [
    `${colours.bold(onOneLine(customerName))}  ${onOneLine(customerDomain)}  ${country}${wave === null ? '' : `  wave ${onOneLine(wave)}`}`,
    colours.dim(`migration ${migration.id}`),
    colours.dim(`tenant    ${migration.customerTenantId}`),
    '',
    ...field(
      'stage',
      `${inkOfStage(stage, colours)(stage)}   risk ${inkOfRisk(risk, colours)(risk)}   ${counted(seats, 'seat')} on ${counted(lines, 'line')}`,
      { ...frame, width: null },
    ),
    ...(onHold ? field('on hold', colours.yellow(holdText), { ...frame, width: null }) : []),
    ...attentions.flatMap(({ code, detail, since }) =>
      field('attention', `${code} since ${momentText(since)}: ${onOneLine(detail)}`, frame).map((line) => colours.yellow(line)),
    ),
    ...field('next due', dueText(migration.nextDueAt, now), frame),
    ...field('last safe', dueText(migration.lastSafeMoment, now), frame),
    ...invitationOf(migration, frame),
  ];
}

function invitationOf({ invitation, contactEmail }: Migration, frame: ShowFrame): readonly string[] {
  const { sentAt, reminders, acceptedAt, lapsesAt, link } = invitation;
  if (sentAt === null) return field('invitation', contactEmail === null ? 'not sent: there is no mail address' : 'not sent yet', frame);
  const parts = [
    `sent ${momentText(sentAt)}`,
    ...(reminders > 0 ? [counted(reminders, 'reminder')] : []),
    acceptedAt !== null
      ? `accepted ${momentText(acceptedAt)}`
      : lapsesAt !== null
        ? `lapses ${dueText(lapsesAt, frame.now)}`
        : 'not accepted',
  ];
  return [
    ...field('invitation', parts.join(', '), frame),
    // Whole, however long: it is there to be copied.
    ...(link !== null && acceptedAt === null ? [padded('', LABEL) + onOneLine(link)] : []),
  ];
}

function targetText({ target, original }: LineItem): string {
  const seats = target.seats !== null && target.seats !== original.seats ? `, ${counted(target.seats, 'seat')}` : '';
  return `${target.catalogItem ?? (target.skuId === null ? '–' : `SKU ${target.skuId}`)}${seats} (${target.state})`;
}

function linesOf({ lineItems }: Migration, frame: ShowFrame): string {
  return textTable(
    lineItems,
    [
      { title: 'LINE', of: (line) => line.original.offerName, shrinksTo: 16 },
      { title: 'PROGRAM', of: (line) => line.program, leftOut: 3 },
      { title: 'SEATS', of: (line) => String(line.original.seats), align: 'right' },
      {
        title: 'ENDS',
        of: ({ original }) =>
          `${original.termEnd}${original.state === 'active' ? (original.autoRenew ? ' renews' : '') : ` ${original.state}`}`,
      },
      {
        title: 'OFFER',
        of: (line) => line.offerMatch,
        ink: (text, line, colours) => (line.offerMatch === 'unmapped' ? colours.yellow(text) : text),
      },
      { title: 'TARGET', of: targetText, shrinksTo: 14, leftOut: 2 },
      {
        title: 'LICENSES',
        of: ({ licenses }) =>
          licenses.inScope === 0
            ? ''
            : `${licenses.reassigned}/${licenses.inScope}${licenses.failed > 0 ? ` ${licenses.failed} failed` : ''}`,
        leftOut: 4,
      },
      { title: 'STAGE', of: (line) => line.stage, ink: (text, line, colours) => inkOfStage(line.stage, colours)(text) },
      { title: 'SUBSCRIPTION', of: (line) => line.originalSubscriptionId, leftOut: 5, ink: (text, _line, colours) => colours.dim(text) },
    ],
    frame,
  );
}

function coverageOf({ lineItems }: Migration, frame: ShowFrame): readonly string[] {
  const span = frameOf(
    lineItems.flatMap((line) => line.coverage),
    frame.now,
  );
  if (!span) return [];
  const { colour, colours, now } = frame;
  const width = Math.min(WIDEST_STRIP, frame.width ?? WIDTH_OFF_TERMINAL);
  const strip = { ...span, width, now, colour };
  return [
    '',
    colours.bold('Coverage'),
    timeAxis(strip),
    ...lineItems.flatMap((line) => {
      const name = fitted(`${onOneLine(line.original.offerName)}, ${counted(line.original.seats, 'seat')}`, width);
      return [name, coverageStrip(line.coverage, strip), ''];
    }),
    coverageLegend(colour, width),
  ];
}

function toDosOf({ todos }: Migration, frame: ShowFrame): readonly string[] {
  if (todos.length === 0) return [];
  return [
    '',
    frame.colours.bold('To do'),
    textTable(
      [...todos].sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1)),
      [
        { title: 'DUE', of: (toDo) => dueText(toDo.dueAt, frame.now) },
        { title: 'WHAT', of: (toDo) => toDo.kind },
        { title: 'TRIED', of: (toDo) => (toDo.attempts === 0 ? '' : String(toDo.attempts)), align: 'right', leftOut: 2 },
        {
          title: 'LAST ERROR',
          of: (toDo) => toDo.lastError ?? '',
          shrinksTo: 12,
          leftOut: 1,
          ink: (text, _toDo, colours) => colours.red(text),
        },
      ],
      frame,
    ),
  ];
}

/** Everything about one migration, for a person. Pure. */
export function showMigration(migration: Migration, frame: ShowFrame): string {
  return [
    ...headOf(migration, frame),
    '',
    frame.colours.bold('Lines'),
    linesOf(migration, frame),
    ...coverageOf(migration, frame),
    ...toDosOf(migration, frame),
  ].join('\n');
}
