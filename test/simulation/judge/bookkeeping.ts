import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '#kernel';
import { isOpen } from '#migration';
import type { CustomerEnding, Ending } from '../ending.ts';

/** Read models are what the log says; what is left to do is there to be seen, and somebody knows why. */
export function judgeBooks(ending: CustomerEnding, at: Instant): string[] {
  const { migration, stored, toDos, derivedToDos, view } = ending;
  const wrong: string[] = [];
  if (!same(stored?.state, migration)) wrong.push('the read model is not what the log says');
  const rows = toDos.map(({ id }) => id).sort();
  if (rows.join() !== [...derivedToDos].sort().join())
    wrong.push(`to-dos ${rows.join(', ')} stand in the rows, and ${derivedToDos.join(', ')} follow from the log`);
  const overdue = toDos.filter(({ dueAt }) => dueAt <= at);
  if (overdue.length > 0) wrong.push(`due and not done: ${overdue.map(({ id }) => id).join(', ')}`);
  if (isOpen(migration) && !view.needsAttention)
    wrong.push(
      `${view.stage}, and nobody is told why it does not go on (${toDos.map(({ kind, dueAt, lastError }) => `${kind} ${dueAt} ${lastError ?? ''}`).join(', ')})`,
    );
  return wrong;
}

/** Nothing that was taken is lost, nothing is counted twice. */
export function judgeWhole(ending: Ending): string[] {
  const { overview, handedOver, discarded, parked, faults, customers } = ending;
  const wrong = faults.map((fault) => `the service logged an error: ${fault}`);
  if (overview.conservation.difference !== 0) wrong.push(`conservation: ${JSON.stringify(overview.conservation)}`);
  if (overview.conservation.registered !== customers.length)
    wrong.push(`${overview.conservation.registered} registered of ${customers.length}`);
  for (const [stage, { migrations }] of Object.entries(overview.stages)) {
    const counted = customers.filter(({ view }) => view.stage === stage).length;
    if (counted !== migrations) wrong.push(`the overview counts ${migrations} in stage ${stage}, the log ${counted}`);
  }
  const facts = new Set(
    customers.flatMap(({ migration }) =>
      [...migration.relationshipFacts, ...migration.lines.flatMap((line) => line.originalFacts)].map(({ key }) => key),
    ),
  );
  const waiting = new Set(parked.map(({ message }) => `${(message as { source: string }).source} ${(message as { id: string }).id}`));
  for (const key of handedOver.keys())
    if (!facts.has(key) && !waiting.has(key) && !discarded.has(key)) wrong.push(`message ${key} is neither applied nor parked`);
  for (const { reason, detail } of parked) if (reason !== 'other-partner') wrong.push(`a message still waits: ${reason} (${detail})`);
  return wrong;
}

/** As they are written down. */
function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a ?? null)), JSON.parse(JSON.stringify(b)));
}
