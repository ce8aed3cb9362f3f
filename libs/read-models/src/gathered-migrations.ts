import type { Instant, RecordedEvent } from '#kernel';
import { type Migration, type MigrationEvent, type MigrationState, type MigrationToDo, migrationDecider, toDosOf } from '#migration';
import type { StoredMigration } from './stored-migrations.ts';
import { type Tally, talliesOf } from './tallies.ts';

/** A migration as its rows have it, with what they were made of: so that the next change is a difference. */
export interface Folded extends StoredMigration {
  readonly seq: number;
  readonly toDos: readonly MigrationToDo[];
  readonly tallies: readonly Tally[];
}

export interface Change {
  readonly before: Folded | undefined;
  readonly after: Folded;
}

type Standing = Pick<Folded, 'seq' | 'recorded'> & { readonly state: Migration };

export function foldedOf({ seq, state, recorded }: Standing): Folded {
  return { seq, state, recorded, toDos: toDosOf(state), tallies: talliesOf(state) };
}

/** A migration that events are being folded into. Of these themselves it keeps nothing. */
class Folding {
  readonly #before: Folded | undefined;
  readonly #seq: number;
  #state: MigrationState;
  #updatedAt: Instant;
  #version: number;

  constructor(before: Folded | undefined, { position, metadata, revision }: RecordedEvent) {
    this.#before = before;
    this.#seq = before?.seq ?? Number(position);
    this.#state = before?.state ?? migrationDecider.initialState;
    this.#updatedAt = metadata.recordedAt;
    this.#version = revision;
  }

  add({ metadata, revision }: RecordedEvent, event: MigrationEvent): void {
    this.#state = migrationDecider.evolve(this.#state, event);
    this.#updatedAt = metadata.recordedAt;
    this.#version = revision;
  }

  change(): Change | undefined {
    if (!this.#state) return undefined;
    const recorded = { updatedAt: this.#updatedAt, version: this.#version };
    return { before: this.#before, after: foldedOf({ seq: this.#seq, state: this.#state, recorded }) };
  }
}

type Waiting = readonly [recorded: RecordedEvent, event: MigrationEvent];

/** Every migration that events change, as it stands after them. Where it stood before them may be told later. */
export class GatheredMigrations {
  readonly #known: (id: string) => Folded | undefined;
  readonly #folding = new Map<string, Folding>();
  /** Events of migrations that are in the rows, but not known yet. */
  readonly #waiting = new Map<string, Waiting[]>();
  #waitingEvents = 0;

  /** `known`: how a migration stands in the rows, where that is in memory. */
  constructor(known: (id: string) => Folded | undefined) {
    this.#known = known;
  }

  get held(): number {
    return this.#folding.size + this.#waitingEvents;
  }

  add(id: string, recorded: RecordedEvent, event: MigrationEvent): void {
    let folding = this.#folding.get(id);
    if (!folding) {
      const begins = recorded.revision === 0;
      const known = begins ? undefined : this.#known(id);
      if (!begins && !known) return this.#wait(id, recorded, event);
      folding = new Folding(known, recorded);
      this.#folding.set(id, folding);
    }
    folding.add(recorded, event);
  }

  unknown(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Tells how the unknown ones stand in the rows. Those that are not there begin with what is gathered. */
  continueFrom(stored: readonly Folded[]): void {
    const before = new Map(stored.map((folded) => [folded.state.id, folded]));
    for (const [id, events] of this.#waiting) {
      const folding = new Folding(before.get(id), events[0]![0]);
      for (const [recorded, event] of events) folding.add(recorded, event);
      this.#folding.set(id, folding);
    }
    this.#waiting.clear();
    this.#waitingEvents = 0;
  }

  changes(): readonly Change[] {
    return [...this.#folding.values()].flatMap((folding) => folding.change() ?? []);
  }

  #wait(id: string, recorded: RecordedEvent, event: MigrationEvent): void {
    const waiting = this.#waiting.get(id);
    if (waiting) waiting.push([recorded, event]);
    else this.#waiting.set(id, [[recorded, event]]);
    this.#waitingEvents += 1;
  }
}
