import { dayOf } from '#kernel';
import { type Migration, isOpen, originalFrom, overlapDays, overlapOf, relationshipFrom, stageOf } from '#migration';

/** What one migration adds to the sums of the overview. */
export interface Tally {
  readonly kind: 'registered' | 'stage' | 'gap' | 'overlap' | 'invitation';
  readonly key: string;
  readonly migrations: number;
  readonly seats: number;
}

export function talliesOf(migration: Migration): readonly Tally[] {
  const seats = migration.lines.reduce((sum, line) => sum + line.seats, 0);
  const tallies: Tally[] = [
    { kind: 'registered', key: '', migrations: 1, seats },
    { kind: 'stage', key: stageOf(migration), migrations: 1, seats },
  ];
  const relationship = relationshipFrom(migration.relationshipFacts);
  if (isOpen(migration) && relationship.status === 'requested' && relationship.requestedAt) {
    tallies.push({ kind: 'invitation', key: dayOf(relationship.requestedAt), migrations: 1, seats });
  }
  for (const line of migration.lines) {
    if (line.gap) tallies.push({ kind: 'gap', key: line.gap.phase === 'foreseen' ? 'foreseen' : 'real', migrations: 1, seats: line.seats });
    const overlap = overlapOf(line);
    if (overlap?.end && originalFrom(line).endedAt) {
      tallies.push({ kind: 'overlap', key: overlapDays(overlap, overlap.end).toFixed(1), migrations: 1, seats: line.seats });
    }
  }
  return tallies;
}

/** Sums of differences: what a batch changes, each (kind, key) once. */
export class TallyChanges {
  readonly #sums = new Map<string, { kind: string; key: string; migrations: number; seats: number }>();

  add(tallies: readonly Tally[], sign: 1 | -1): void {
    for (const { kind, key, migrations, seats } of tallies) {
      const name = `${kind} ${key}`;
      const sum = this.#sums.get(name) ?? { kind, key, migrations: 0, seats: 0 };
      this.#sums.set(name, { kind, key, migrations: sum.migrations + sign * migrations, seats: sum.seats + sign * seats });
    }
  }

  changed(): { kind: string; key: string; migrations: number; seats: number }[] {
    return [...this.#sums.values()].filter(({ migrations, seats }) => migrations !== 0 || seats !== 0);
  }
}
