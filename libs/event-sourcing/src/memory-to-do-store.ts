import type { Instant } from '#kernel';
import type { Settlement, ToDo, ToDoStore } from './to-do.ts';

interface Row extends ToDo {
  readonly lastError?: string;
  readonly claim?: { readonly owner: string; readonly until: Instant };
}

/** To-do rows in memory with the whole of the port's contract, for tests. */
export class MemoryToDoStore implements ToDoStore {
  readonly rows = new Map<string, Row>();

  /** As the projection writes: what was claimed is free again. */
  put(toDo: ToDo): void {
    this.rows.set(toDo.id, toDo);
  }

  async claimDue(now: Instant, limit: number, owner: string, leaseUntil: Instant): Promise<readonly ToDo[]> {
    const busy = new Set([...this.rows.values()].filter(({ claim }) => claim && claim.until > now).map(({ subjectId }) => subjectId));
    const claimed: Row[] = [];
    for (const row of [...this.rows.values()].sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))) {
      if (claimed.length === limit || row.dueAt > now || busy.has(row.subjectId)) continue;
      busy.add(row.subjectId);
      claimed.push(row);
      this.rows.set(row.id, { ...row, claim: { owner, until: leaseUntil } });
    }
    return claimed;
  }

  async settle(id: string, settlement: Settlement, owner: string): Promise<void> {
    const row = this.rows.get(id);
    if (row?.claim?.owner !== owner) return;
    const { claim: _, ...free } = row;
    if (settlement.kind === 'done') this.rows.delete(id);
    else
      this.rows.set(id, {
        ...free,
        dueAt: settlement.at,
        attempts: settlement.attempts,
        ...(settlement.lastError !== undefined && { lastError: settlement.lastError }),
      });
  }

  async nextDue(): Promise<Instant | undefined> {
    return [...this.rows.values()].map(({ dueAt, claim }) => claim?.until ?? dueAt).sort()[0];
  }

  async release(owner: string): Promise<void> {
    for (const [id, { claim, ...free }] of this.rows) if (claim?.owner === owner) this.rows.set(id, free);
  }
}
