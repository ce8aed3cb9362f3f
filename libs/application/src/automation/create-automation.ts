import type { Position } from '#kernel';
import type { ToDo, ToDoFailure, ToDoHandler } from '#event-sourcing';
import { toDosOf, type ToDoKind } from '#migration';
import { automated } from './automated.ts';
import type { AutomationParts } from './automation-parts.ts';
import { assessCoverage, resume } from './calendar.ts';
import { adviseEnd, checkEnding } from './check-ending.ts';
import { followOrder } from './follow-order.ts';
import { checkRelationship, lapseInvitation, sendInvitation, sendReminder } from './invitations.ts';
import { matchOffers } from './match-offers.ts';
import { checkOut, createCart } from './purchase.ts';
import { createReassignLicenses } from './reassign-licenses.ts';
import { startPurchase } from './start-purchase.ts';
import { watchOriginal } from './watch-original.ts';
import { Work, type WorkHandler } from './work.ts';

const workHandlers = (): Readonly<Record<ToDoKind, WorkHandler>> => ({
  'match-offers': matchOffers,
  'send-invitation': sendInvitation,
  'send-reminder': sendReminder,
  'check-relationship': checkRelationship,
  'lapse-invitation': lapseInvitation,
  'start-purchase': startPurchase,
  'create-cart': createCart,
  'check-out': checkOut,
  'follow-order': followOrder,
  'reassign-licenses': createReassignLicenses(),
  'check-ending': checkEnding,
  'advise-end': adviseEnd,
  'watch-original': watchOriginal,
  'assess-coverage': assessCoverage,
  resume,
});

export interface Automation {
  readonly handlers: Readonly<Record<ToDoKind, ToDoHandler>>;
  /** A to-do that failed too often: a person has to look. Answers the position of what it recorded. */
  onExhausted(toDo: ToDo, failure: ToDoFailure): Promise<Position | undefined>;
}

/**
 * What the service does by itself. A to-do's `subjectId` is the migration's stream, its `id` and `kind` are the domain's.
 * Each handler acts only while the migration still derives the to-do, asks the outside, and records the outcome.
 */
export function createAutomation(parts: AutomationParts): Automation {
  const handlers = Object.fromEntries(Object.entries(workHandlers()).map(([kind, handle]) => [kind, automated(parts, handle)])) as Record<
    ToDoKind,
    ToDoHandler
  >;
  return {
    handlers,
    async onExhausted(toDo, { code, detail, attempts }) {
      const { commands, clock } = parts;
      const loaded = await commands.load(toDo.subjectId);
      const due = loaded?.state && toDosOf(loaded.state).find(({ id }) => id === toDo.id);
      if (!due) return loaded?.position;
      const work = new Work(toDo, due, { ...loaded, state: loaded.state }, clock.now(), parts);
      await work.raise(code, `${attempts} attempts at ${toDo.kind} have failed: ${detail}; mend the cause, then retry`);
      return (await commands.load(toDo.subjectId))?.position;
    },
  };
}
