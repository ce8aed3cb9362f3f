import pLimit from 'p-limit';
import { type Clock, type Position, derivedId } from '#kernel';
import { type CommandLoop, type EventStore, type SoleWork, createCommandLoop, defineEventSchemas } from '#event-sourcing';
import type { MigrationQueries } from '#read-models';
import {
  type BulkCommand,
  type BulkRegister,
  type BulkRegisterCommand,
  type BulkRun,
  type BulkState,
  bulkDecider,
  bulkRegisterDecider,
} from './bulk-decider.ts';
import {
  BULK_EVENT_SCHEMAS,
  BULK_REGISTER_STREAM,
  type BulkEvent,
  type BulkRegisterEvent,
  type BulkRequest,
  type BulkResult,
  bulkStreamOf,
} from './bulk-events.ts';

/** Ids in one event, and results in one event: what a crash repeats at most. */
const IDS_PER_EVENT = 1_000;
const RESULTS_PER_EVENT = 100;
const CONCURRENCY = 16;

export interface BulkRunsOptions {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly soleWork: SoleWork;
  /** As they are now: read models may be exchanged for a rebuilt copy. */
  readonly migrations: () => Pick<MigrationQueries, 'ids'>;
  /**
   * Carries the command out for one migration; `commandId` is the same whenever this run does it again. Rejects where it
   * is not known what became of it: the run stops there, and `resume` takes it up again.
   */
  readonly carryOut: (request: BulkRequest, migrationId: string, commandId: string) => Promise<BulkResult>;
  readonly onError: (bulkId: string, error: unknown) => void;
}

/** Runs of one command over many migrations: in the background, in the log, and taken up again after a crash. */
export class BulkRuns {
  readonly #options: BulkRunsOptions;
  readonly #runs: CommandLoop<BulkCommand, BulkState>;
  readonly #register: CommandLoop<BulkRegisterCommand, BulkRegister>;
  readonly #running = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(options: BulkRunsOptions) {
    this.#options = options;
    const { store, clock } = options;
    this.#runs = createCommandLoop({
      store,
      clock,
      decider: bulkDecider,
      schemas: defineEventSchemas<BulkEvent>(BULK_EVENT_SCHEMAS),
      cachedStreams: 100,
    });
    this.#register = createCommandLoop({
      store,
      clock,
      decider: bulkRegisterDecider,
      schemas: defineEventSchemas<BulkRegisterEvent>(BULK_EVENT_SCHEMAS),
      cachedStreams: 1,
    });
  }

  /** Writes down what is to be done to which migrations, and begins. The same id begins once. Answers where the log stands then. */
  async begin(request: BulkRequest): Promise<Position> {
    const { bulkId } = request;
    await this.#note(bulkId, 'Begin');
    await this.#execute(request, 'request', { type: 'RequestBulk', at: this.#options.clock.now(), request });
    const run = await this.#list(request);
    this.#start(bulkId);
    return run.position;
  }

  async get(bulkId: string): Promise<BulkRun | undefined> {
    return (await this.#runs.load(bulkStreamOf(bulkId)))?.state ?? undefined;
  }

  /** Goes on with what an earlier life of the service, or another process, has left unfinished. */
  async resume(): Promise<void> {
    const register = await this.#register.load(BULK_REGISTER_STREAM);
    for (const bulkId of register?.state.unfinished ?? []) this.#start(bulkId);
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Finishes what is in hand; the rest waits for the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.idle();
  }

  #start(bulkId: string): void {
    if (this.#running.has(bulkId) || this.#stopping) return;
    const { onError } = this.#options;
    const run = this.#runAlone(bulkId)
      .catch((error: unknown) => onError(bulkId, error))
      .finally(() => this.#running.delete(bulkId));
    this.#running.set(bulkId, run);
  }

  /** Unless another process is at it: that one finishes it, or leaves it to be found again. */
  async #runAlone(bulkId: string): Promise<void> {
    const held = await this.#options.soleWork.take(`bulk ${bulkId}`);
    if (!held) return;
    try {
      await this.#run(bulkId, () => this.#stopping || held.lost.aborted);
    } finally {
      await held.release();
    }
  }

  async #run(bulkId: string, mustEnd: () => boolean): Promise<void> {
    const begun = await this.get(bulkId);
    if (begun) {
      const { targets, results } = begun.listed ? begun : (await this.#list(begun.request)).run;
      await this.#carryOutFrom(begun.request, targets, results.length, mustEnd);
      if (mustEnd() && (await this.get(bulkId))?.results.length !== targets.length) return;
      await this.#execute(begun.request, 'finish', { type: 'FinishBulk', at: this.#options.clock.now() });
    }
    await this.#note(bulkId, 'End');
  }

  /** From the first target without a result on. */
  async #carryOutFrom(request: BulkRequest, targets: readonly string[], done: number, mustEnd: () => boolean): Promise<void> {
    const limit = pLimit(CONCURRENCY);
    for (let start = done; start < targets.length && !mustEnd(); start += RESULTS_PER_EVENT) {
      const slice = targets.slice(start, start + RESULTS_PER_EVENT);
      // All are waited for, so that nothing is still being carried out when the run is taken up again.
      const settled = await Promise.allSettled(
        slice.map((id) => limit(() => this.#options.carryOut(request, id, derivedId('bulk', request.bulkId, id)))),
      );
      const failed = settled.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
      const results = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      await this.#execute(request, `results ${start}`, { type: 'RecordResults', results });
    }
  }

  /** Writes down which migrations the filter hits, from the last one that stands there already on. */
  async #list(request: BulkRequest): Promise<{ readonly run: BulkRun; readonly position: Position }> {
    const { clock, migrations } = this.#options;
    const stream = bulkStreamOf(request.bulkId);
    for (;;) {
      const loaded = await this.#runs.load(stream);
      const run = loaded!.state!;
      if (run.listed) return { run, position: loaded!.position };
      const found = await migrations().ids(request.filter, clock.now(), IDS_PER_EVENT, run.targets.at(-1));
      const last = found.length < IDS_PER_EVENT;
      await this.#execute(request, `targets ${run.targets.length}`, { type: 'ListTargets', ids: found, last });
    }
  }

  async #execute({ bulkId, actor, correlationId }: BulkRequest, step: string, command: BulkCommand): Promise<void> {
    await this.#runs.execute(bulkStreamOf(bulkId), { id: derivedId('bulk', bulkId, step), command, actor, correlationId });
  }

  async #note(bulkId: string, type: BulkRegisterCommand['type']): Promise<void> {
    await this.#register.execute(BULK_REGISTER_STREAM, {
      id: derivedId('bulk', bulkId, type),
      command: { type, bulkId },
      actor: 'automation',
      correlationId: bulkId,
    });
  }
}
