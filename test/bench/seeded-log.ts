import { join } from 'node:path';
import { SqliteEventStore } from '#engines/sqlite';
import type { EventStore } from '#event-sourcing';
import { type EventToAppend, derivedId, plusMs } from '#kernel';
import { type MigrationState, migrationDecider, migrationStreamOf } from '#migration';
import { inFlight } from './rounds.ts';
import { START, eightCommands, remainingCommands, sampleMigration } from './sample-migrations.ts';

/** Migrations that go on side by side, as those of one wave do. */
const SIDE_BY_SIDE = 5_000;
/** Commands after which a life may stand still. Ten events a migration on the average, and every stage among them. */
const LENGTHS = [13, 13, 5, 8, 13, 4, 10, 3, 11, 7, 13, 4] as const;
const PARTS = 3;
/** To a server, and to a file, whose commits become the larger. */
const APPENDS_AT_ONCE = 200;
const EMBEDDED_AT_ONCE = 500;

interface Life {
  readonly streamId: string;
  readonly events: readonly EventToAppend[];
}

function lifeOf(index: number, length = LENGTHS[index % LENGTHS.length]): Life {
  const sample = sampleMigration(index);
  const commands = [...eightCommands(sample), ...remainingCommands(sample)].slice(0, length);
  const events: EventToAppend[] = [];
  let state: MigrationState = migrationDecider.initialState;
  for (const [step, command] of commands.entries()) {
    const decision = migrationDecider.decide(command, state);
    if (decision.kind === 'refused') throw new Error(`${command.type}: ${decision.refusal.detail}`);
    const recordedAt = plusMs(START, index * 1_000 + step * 60_000);
    const causationId = derivedId(sample.id, String(step));
    for (const event of decision.events) {
      state = migrationDecider.evolve(state, event);
      const metadata = { occurredAt: recordedAt, recordedAt, actor: 'automation', correlationId: sample.id, causationId };
      events.push({ eventId: derivedId(causationId, String(events.length)), type: event.type, data: event.data, metadata });
    }
  }
  return { streamId: migrationStreamOf(sample.id), events };
}

/** Fills an embedded log with the lives of so many migrations. Returns how many events there are. */
export async function seedLog(folder: string, migrations: number): Promise<number> {
  const store = await SqliteEventStore.open(join(folder, 'events.db'));
  const count = await seedLives(store, migrations, EMBEDDED_AT_ONCE);
  await store.close();
  return count;
}

/** The lives of so many migrations, ten events each, group by group and in turns. Returns how many events there are. */
export async function seedLives(store: Pick<EventStore, 'append'>, migrations: number, appendsAtOnce = APPENDS_AT_ONCE): Promise<number> {
  let count = 0;
  for (let from = 0; from < migrations; from += SIDE_BY_SIDE) {
    const lives = Array.from({ length: Math.min(SIDE_BY_SIDE, migrations - from) }, (_, index) => lifeOf(from + index));
    for (let part = 0; part < PARTS; part++) {
      await inFlight(appendsAtOnce, lives.length, async (index) => {
        const { streamId, events } = lives[index]!;
        const share = Math.ceil(events.length / PARTS);
        const some = events.slice(part * share, (part + 1) * share);
        const expected = part === 0 ? 'no-stream' : { exactly: part * share - 1 };
        if (some.length > 0) await store.append(streamId, expected, some);
        count += some.length;
      });
    }
  }
  return count;
}

/** Commands until the customer is asked: its acceptance is the next that is told. */
const UNTIL_INVITED = 4;

/** Registers so many customers, from this one on, and sends their invitations. */
export async function seedInvited(store: Pick<EventStore, 'append'>, from: number, migrations: number): Promise<void> {
  await inFlight(APPENDS_AT_ONCE, migrations, async (index) => {
    const { streamId, events } = lifeOf(from + index, UNTIL_INVITED);
    await store.append(streamId, 'no-stream', events);
  });
}
