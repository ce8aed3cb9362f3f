import { derivedId, plusMs, type Evidence, type Instant } from '#kernel';
import type { CommandOutcome, Loaded, ToDo, ToDoResult } from '#event-sourcing';
import {
  lineOf,
  toDosOf,
  type Line,
  type Migration,
  type MigrationCommand,
  type MigrationRefusalCode,
  type MigrationState,
  type MigrationToDo,
} from '#migration';
import type { AutomationParts } from './automation-parts.ts';

export interface Proof {
  readonly evidence?: Evidence;
  readonly reason?: string;
}

const HOUR_MS = 3_600_000;

/**
 * One to-do in hand: the migration as it was loaded, and the ways to act and to record. Everything that is said to the
 * outside or to the log carries an id that follows from the to-do, so that the same work done twice is recognised.
 */
export class Work {
  #migration: Migration;
  #revision: number;

  constructor(
    readonly toDo: ToDo,
    readonly due: MigrationToDo,
    loaded: Loaded<Migration>,
    readonly now: Instant,
    readonly parts: AutomationParts,
  ) {
    this.#migration = loaded.state;
    this.#revision = loaded.revision;
  }

  get migration(): Migration {
    return this.#migration;
  }

  get customer(): string {
    return this.#migration.customerTenantId;
  }

  /** The line that the to-do is about. */
  get line(): Line {
    const line = lineOf(this.#migration, this.due.originalSubscriptionId ?? '');
    if (!line) throw new Error(`to-do ${this.toDo.id} names no line of its migration`);
    return line;
  }

  /** Of a call that changes something outside: the same whenever this to-do makes it again. */
  writeId(call: string): string {
    return derivedId('write', this.toDo.id, call);
  }

  /** Of a call that only looks: each look has its own answer. */
  lookId(call: string): string {
    return derivedId('look', this.toDo.id, call, this.now);
  }

  /**
   * Issues a command for this migration. Its id names the revision that was seen: a crash between the append and what
   * follows it repeats the id, and an outcome that the same to-do rightly records again later has another.
   */
  async apply(step: string, command: MigrationCommand, proof: Proof = {}): Promise<CommandOutcome<MigrationState, MigrationRefusalCode>> {
    const outcome = await this.parts.commands.execute(this.toDo.subjectId, {
      id: derivedId('automation', this.toDo.id, step, String(this.#revision)),
      command,
      actor: 'automation',
      correlationId: this.#migration.id,
      ...proof,
    });
    if (outcome.kind === 'applied' && outcome.state) {
      this.#migration = outcome.state;
      this.#revision = outcome.revision;
    }
    return outcome;
  }

  /** Records what the to-do came to, and answers what becomes of the to-do. */
  async record(step: string, command: MigrationCommand, proof: Proof = {}): Promise<ToDoResult> {
    await this.worksAgain();
    return this.settled(await this.apply(step, command, proof));
  }

  /** What became of the to-do after a command: gone, or, where the rules still derive it, due again in an hour. */
  async settled(outcome: CommandOutcome<MigrationState, MigrationRefusalCode>): Promise<ToDoResult> {
    const loaded = await this.parts.commands.load(this.toDo.subjectId);
    const stillDue = toDosOf(loaded!.state!).some(({ id }) => id === this.toDo.id);
    if (outcome.kind === 'refused') {
      return stillDue ? { kind: 'failed', ...outcome.refusal } : { kind: 'stale', position: loaded!.position };
    }
    return stillDue ? this.again(plusMs(this.now, HOUR_MS), 'still due') : { kind: 'done', position: loaded!.position };
  }

  again(at: Instant, reason: string): ToDoResult {
    return { kind: 'again', at, reason };
  }

  /** Tells the operations team what only a person can mend. Once for the same cause. */
  async raise(code: string, detail: string): Promise<void> {
    const { kind, originalSubscriptionId } = this.due;
    this.parts.log.warn({ migrationId: this.#migration.id, toDo: kind, originalSubscriptionId, code }, detail);
    await this.apply(`attention ${code}`, { type: 'RaiseAttention', at: this.now, kind, originalSubscriptionId, code, detail });
  }

  /** The outside answered as it should: takes back what automation had raised about this to-do. */
  async worksAgain(): Promise<void> {
    const { kind, originalSubscriptionId } = this.due;
    const raised = this.#migration.attentions.some(
      (attention) => attention.kind === kind && attention.originalSubscriptionId === originalSubscriptionId,
    );
    if (raised) await this.apply('attention cleared', { type: 'ClearAttention', at: this.now, kind, originalSubscriptionId });
  }
}

/** Does one kind of work. What it throws as `OutsideFailure` is judged in one place (`afterFailure`). */
export type WorkHandler = (work: Work) => Promise<ToDoResult>;
