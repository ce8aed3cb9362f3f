import type { ToDoResult } from '#event-sourcing';
import type { Work } from './work.ts';

/** Looks whether the customer has accepted without a message reaching us (facts §3.4); records it, or answers null. */
export async function acceptedAlready(work: Work): Promise<ToDoResult | null> {
  const { value, evidence } = await work.parts.gateway.customerRelationship(work.lookId('relationship'), work.customer);
  if (value.relationship !== 'reseller') return null;
  const key = `directory:${work.toDo.id}`;
  return work.record('accepted', { type: 'RecordAcceptance', at: work.now, occurredAt: work.now, key }, { evidence });
}
