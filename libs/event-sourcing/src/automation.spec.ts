import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BEFORE_ALL, accept, derivedId, plusDays, refuse } from '#kernel';
import type { Decider, DomainEvent, Instant, Position } from '#kernel';
import { createCommandLoop } from './command-loop.ts';
import { createDrivenClock } from './driven-clock.ts';
import { SpecLog } from './log-for-spec.ts';
import { MemoryToDoStore } from './memory-to-do-store.ts';
import { runProjection } from './projection-runner.ts';
import type { Projection, ProjectionStorage } from './projection.ts';
import { defineEventSchemas } from './schema-registry.ts';
import { createToDoExecutor } from './to-do-executor.ts';

/** A chore is planned for a time, done by asking the outside world, and planned once more when it is done. */
type ChorePlanned = DomainEvent<'chore.planned.v1', { dueAt: Instant; round: number }>;
type ChoreDone = DomainEvent<'chore.done.v1', { round: number }>;
type ChoreEvent = ChorePlanned | ChoreDone;
type ChoreCommand = { kind: 'plan'; dueAt: Instant } | { kind: 'finish'; round: number };
interface Chore {
  readonly dueAt?: Instant;
  readonly round: number;
}

const ROUNDS = 2;

const chore: Decider<ChoreCommand, Chore, ChoreEvent, 'no-such-round'> = {
  initialState: { round: 0 },
  decide(command, { dueAt, round }) {
    if (command.kind === 'plan') return dueAt ? accept() : accept({ type: 'chore.planned.v1', data: { dueAt: command.dueAt, round: 1 } });
    if (!dueAt || round !== command.round) return refuse('no-such-round', 'it has moved on');
    const done: ChoreDone = { type: 'chore.done.v1', data: { round } };
    return round === ROUNDS
      ? accept<ChoreEvent>(done)
      : accept<ChoreEvent>(done, { type: 'chore.planned.v1', data: { dueAt: plusDays(dueAt, 1), round: round + 1 } });
  },
  evolve(state, event) {
    return event.type === 'chore.planned.v1' ? event.data : { round: state.round };
  },
};

const schemas = defineEventSchemas<ChoreEvent>([{ type: 'chore.planned.v1' }, { type: 'chore.done.v1' }]);

/** The to-do's id is the chore's: what is planned anew takes the place of what is done. */
const toDos: Projection<MemoryToDoStore> = {
  name: 'to-dos',
  version: 1,
  handle(rows, events, domainEvents) {
    domainEvents.forEach((event, index) => {
      const { streamId } = events[index]!;
      if (event.type === 'chore.done.v1') rows.rows.delete(streamId);
      else {
        const { dueAt, round } = (event as ChorePlanned).data;
        rows.put({ id: streamId, kind: 'chore', subjectId: streamId, dueAt, attempts: 0, data: { round } });
      }
    });
  },
};

const START = '2026-01-01T00:00:00.000Z' as Instant;
const CHORES = ['chore-a', 'chore-b', 'chore-c'];

/** What survives a kill: the log, the rows with their checkpoint, where the clock stood, and the outside world's ledger. */
function createDisk() {
  return {
    log: new SpecLog(),
    rows: new MemoryToDoStore(),
    checkpoint: BEFORE_ALL,
    clock: undefined as Instant | undefined,
    ledger: new Map<string, Instant[]>(),
  };
}

/** One life of the service. It is killed at its `steps`-th step: from then on nothing of it acts or answers. */
async function live(disk: ReturnType<typeof createDisk>, steps: number): Promise<'finished' | 'killed'> {
  const killed = Promise.withResolvers<'killed'>();
  let left = steps;
  const step = (): Promise<void> => {
    left -= 1;
    if (left >= 0) return Promise.resolve();
    killed.resolve('killed');
    return new Promise(() => undefined);
  };
  const stepAround = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await step();
    const result = await work();
    await step();
    return result;
  };

  const clock = await createDrivenClock({
    start: START,
    store: {
      load: () => Promise.resolve(disk.clock),
      save: (instant) =>
        stepAround(() => {
          disk.clock = instant;
          return Promise.resolve();
        }),
    },
  });
  const store = {
    append: (...parameters: Parameters<SpecLog['append']>) => stepAround(() => disk.log.append(...parameters)),
    readStream: (...parameters: Parameters<SpecLog['readStream']>) => disk.log.readStream(...parameters),
  };
  const loop = createCommandLoop({ store, decider: chore, schemas, clock });
  const storage: ProjectionStorage<MemoryToDoStore> = {
    checkpoint: () => Promise.resolve(disk.checkpoint),
    commit: (upTo, work) =>
      stepAround(async () => {
        await work(disk.rows);
        disk.checkpoint = upTo;
      }),
  };
  const delay = () => Promise.resolve();
  const runner = runProjection({ store: disk.log, schemas, projection: toDos, storage, clock, random: () => 0, delay });
  const projectionReached = (position: Position, signal: AbortSignal) => runner.positions.waitFor(position, Infinity, signal);
  const executor = createToDoExecutor({
    store: {
      claimDue: (...parameters) => stepAround(() => disk.rows.claimDue(...parameters)),
      settle: (...parameters) => stepAround(() => disk.rows.settle(...parameters)),
      nextDue: () => disk.rows.nextDue(),
      release: (owner) => disk.rows.release(owner),
    },
    handlers: {
      async chore({ subjectId, data }) {
        const { round } = data as { round: number };
        const requestId = derivedId(subjectId, String(round));
        await stepAround(() => {
          disk.ledger.set(requestId, [...(disk.ledger.get(requestId) ?? []), clock.now()]);
          return Promise.resolve();
        });
        const command = { kind: 'finish', round } as const;
        const outcome = await loop.execute(subjectId, { id: requestId, command, actor: 'automation', correlationId: 'spec' });
        return outcome.kind === 'applied' ? { kind: 'done', position: outcome.position } : { kind: 'stale' };
      },
    },
    clock,
    alarm: { at: () => () => undefined },
    owner: 'one',
    projectionReached,
    onExhausted: () => Promise.reject(new Error('nothing fails here')),
  });
  clock.register(executor.participant());

  async function work(): Promise<'finished'> {
    for (const [index, id] of CHORES.entries()) {
      const command = { kind: 'plan', dueAt: plusDays(START, index) } as const;
      const outcome = await loop.execute(id, { id: `plan-${id}`, command, actor: 'person:spec', correlationId: 'spec' });
      if (outcome.kind === 'applied') await projectionReached(outcome.position, new AbortController().signal);
    }
    await runner.positions.waitFor(await disk.log.head(), Infinity);
    await clock.advanceTo(plusDays(START, 10));
    return 'finished';
  }

  const end = await Promise.race([work(), killed.promise]);
  if (end === 'finished') await runner.stop();
  return end;
}

describe('automation over kills', () => {
  test('every chore is recorded once and at its time, whatever step the service is killed at', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }), async (lives) => {
        const disk = createDisk();
        for (const steps of lives) await live(disk, steps);
        expect(await live(disk, Infinity)).toBe('finished');

        for (const [index, id] of CHORES.entries()) {
          const done = disk.log.events.filter(({ streamId, type }) => streamId === id && type === 'chore.done.v1');
          expect(done.map(({ metadata }) => metadata.recordedAt)).toEqual([plusDays(START, index), plusDays(START, index + 1)]);
        }
        expect(disk.rows.rows.size).toBe(0);
        expect(disk.ledger.size).toBe(CHORES.length * ROUNDS);
        for (const times of disk.ledger.values()) expect(new Set(times).size).toBe(1);
      }),
      { numRuns: 100 },
    );
  });
});
