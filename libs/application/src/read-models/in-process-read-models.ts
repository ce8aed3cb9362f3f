import type { Clock } from '#kernel';
import { type Delay, type EventSchemas, type EventStore, rebuild, runProjection } from '#event-sourcing';
import { createImportRows, createOperationsTables, openReadModelCopy } from '#read-models';
import type { ReadModelEngine } from './read-model-engine.ts';
import { queriesInUse } from './queries-in-use.ts';
import type { ReadModels } from './read-models.ts';

export interface InProcessReadModelsOptions {
  readonly engine: ReadModelEngine;
  readonly store: EventStore;
  readonly schemas: EventSchemas;
  readonly clock: Clock;
  readonly delay: Delay;
  readonly random: () => number;
  /** Who owns the checkpoint: the same after a restart where nobody else can be running. */
  readonly owner: string;
  readonly onError: (error: unknown) => void;
}

/** Read models that this thread itself keeps up with the log. */
export async function followInProcess(options: InProcessReadModelsOptions): Promise<ReadModels> {
  const { engine, store, schemas, clock, delay, random, owner, onError } = options;
  await createOperationsTables(engine.operations);
  let copy = await openReadModelCopy(engine.current, owner);
  const runner = runProjection({
    store,
    clock,
    delay,
    random,
    onError,
    schemas,
    projection: copy.projection,
    storage: copy.storage,
  });

  return {
    queries: queriesInUse(() => copy.queries, runner.positions),
    toDos: {
      claimDue: (...claim) => copy.toDoStore.claimDue(...claim),
      settle: (...settlement) => copy.toDoStore.settle(...settlement),
      nextDue: () => copy.toDoStore.nextDue(),
      release: (claimant) => copy.toDoStore.release?.(claimant) ?? Promise.resolve(),
    },
    get importRows() {
      return createImportRows(engine.current.write);
    },
    operations: engine.operations,
    async check() {
      await engine.current.read.selectFrom('checkpoints').select('name').limit(1).execute();
    },
    checkFollowing: () =>
      runner.health().running ? Promise.resolve() : Promise.reject(new Error('the read models are not following the log')),
    async rebuild(onProgress) {
      const handles = await engine.beside();
      let filled = 0;
      await engine.fill?.(handles, {
        owner,
        eventTypes: schemas.types,
        onProgress: (events) => onProgress((filled = events)),
      });
      const next = await openReadModelCopy(handles, owner);
      await rebuild({
        store,
        schemas,
        live: runner,
        projection: next.projection,
        buildBeside: () => Promise.resolve(next.storage),
        async switchTo() {
          await engine.switchTo(handles);
          copy = next;
        },
        onProgress: ({ eventsDone }) => onProgress(filled + eventsDone),
      });
    },
    stop: () => runner.stop(),
  };
}
