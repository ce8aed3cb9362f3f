import { type Clock, type Instant, dayOf, derivedId } from '#kernel';
import { type BackOff, type CommandLoop, type Delay, type HeldWork, type SoleWork, backOffMs } from '#event-sourcing';
import { type ImportTarget, type RowOutcome, checkImportFile, readImport, runImport } from '#imports';
import { type ImportQueries, type ImportRowReport, type ImportRows, importStreamOf } from '#read-models';
import type { ImportCommand, ImportProgress } from './import-decider.ts';
import type { ImportSpool } from './import-spool.ts';
import { isInterruption } from './interruption.ts';

export interface ImportingOptions {
  readonly commands: CommandLoop<ImportCommand, ImportProgress>;
  readonly spool: ImportSpool;
  readonly soleWork: SoleWork;
  /** False in a process that only takes files in, for others to carry out. */
  readonly carriesOut: boolean;
  readonly target: (importId: string, dryRun: boolean) => ImportTarget;
  /** Of the copy of the read models that is in use now. */
  readonly queries: { readonly imports: ImportQueries };
  /** Keeps a dry run's report, in the copy that is in use now: it writes nothing to the log. */
  readonly dryRunRows: () => ImportRows;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly onError: (importId: string, error: unknown) => void;
  /** Told each time an engine does not let an import go on; it is tried again by itself. */
  readonly onInterrupted: (importId: string, error: unknown) => void;
  /** Real milliseconds. */
  readonly delay: Delay;
  readonly random: () => number;
}

export interface ReceiveOptions {
  readonly dryRun: boolean;
  /** Of a request that may come again: the same id is the same import. A dry run, which writes nothing, is a new one each time. */
  readonly importId?: string | undefined;
}

export interface Importing {
  /**
   * Takes a whole file in, then carries it out in the background.
   * @throws ImportFileFault when the file as a whole is unusable: nothing of it is kept
   */
  receive(source: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<{ readonly importId: string }>;
  /** Goes on with what an earlier life of the service, or another process, has left unfinished. */
  resume(): Promise<void>;
  /** True while an import is being carried out. */
  readonly busy: boolean;
  /** Resolves when none is. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

class Stopped extends Error {}

const PAUSES: BackOff = { baseMs: 250, capMs: 5_000 };

const DRY_RUN_STOPPED = 'the service was stopped: start the dry run again';

function reportOf({ row: _, ...outcome }: RowOutcome): ImportRowReport {
  return outcome;
}

/** Imports: received whole, then accounted row by row, chunk by chunk, so that a crash costs at most one chunk's repetition. */
export function createImporting(options: ImportingOptions): Importing {
  const { commands, spool, soleWork, carriesOut, target, queries, dryRunRows, clock, newId, onError, onInterrupted, delay, random } =
    options;
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;

  async function execute(importId: string, step: string, command: ImportCommand): Promise<void> {
    await commands.execute(importStreamOf(importId), {
      id: derivedId('import', importId, step),
      command,
      actor: `import:${importId}`,
      correlationId: importId,
    });
  }

  /** Until it has ended, here or in the hands of another process: an engine that goes away meanwhile is waited for. */
  async function carryOutToItsEnd(importId: string): Promise<void> {
    for (let failures = 1; !isStopping(); failures += 1) {
      try {
        if (await carryOutAlone(importId)) return;
      } catch (error) {
        if (!isInterruption(error)) throw error;
        onInterrupted(importId, error);
      }
      await delay(backOffMs(PAUSES, failures, random()), stopping.signal).catch(() => undefined);
    }
  }

  /** Unless another process is at it: that one finishes it, or leaves it to be found again. False where it was broken off. */
  async function carryOutAlone(importId: string): Promise<boolean> {
    const held = await soleWork.take(`import ${importId}`);
    if (!held) return true;
    try {
      return await carryOut(importId, held.lost);
    } finally {
      await held.release();
    }
  }

  async function carryOut(importId: string, lost: AbortSignal): Promise<boolean> {
    const progress = (await commands.load(importStreamOf(importId)))?.state;
    if (!progress?.receivedAt || progress.ended) return true;
    try {
      await runImport({
        rows: readImport(spool.read(importId)),
        today: dayOf(progress.receivedAt),
        target: target(importId, false),
        resumeAfter: progress.lastRow,
        async onChunk({ outcomes, lastRow }) {
          await execute(importId, `rows ${lastRow}`, { type: 'AccountRows', outcomes: outcomes.map(reportOf), lastRow });
          if (isStopping() || lost.aborted) throw new Stopped();
        },
      });
      await execute(importId, 'finish', { type: 'FinishImport', at: clock.now() });
    } catch (error) {
      if (error instanceof Stopped) return false;
      if (isInterruption(error)) throw error;
      onError(importId, error);
      await execute(importId, 'fail', { type: 'FailImport', at: clock.now(), detail: detailOf(error) });
    }
    await spool.remove(importId);
    return true;
  }

  async function carryOutDry(importId: string, receivedAt: Instant, lost: AbortSignal): Promise<void> {
    try {
      const counts = await runImport({
        rows: readImport(spool.read(importId)),
        today: dayOf(receivedAt),
        target: target(importId, true),
        async onChunk({ outcomes }) {
          await dryRunRows().accounted(importId, outcomes.map(reportOf), clock.now());
          if (isStopping() || lost.aborted) throw new Stopped();
        },
      });
      await dryRunRows().ended(importId, 'done', counts, null, clock.now());
    } catch (error) {
      onError(importId, error);
      await dryRunRows().ended(importId, 'failed', null, error instanceof Stopped ? DRY_RUN_STOPPED : detailOf(error), clock.now());
    }
    await spool.remove(importId);
  }

  function begin(importId: string, work: Promise<void>): void {
    const watched = work.catch((error: unknown) => onError(importId, error)).finally(() => running.delete(importId));
    running.set(importId, watched);
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values());
  }

  /** Held by whoever takes a file in, and by a dry run to its end: a file that nobody holds belongs to the log's imports only. */
  function takeFile(importId: string): Promise<HeldWork | undefined> {
    return soleWork.take(`import file ${importId}`);
  }

  /** Another copy of the same request takes the same file in: it is over soon. */
  async function takeFileInTurn(importId: string): Promise<HeldWork> {
    for (let failures = 1; ; failures += 1) {
      const held = await takeFile(importId);
      if (held) return held;
      await delay(backOffMs(PAUSES, failures, random()), stopping.signal);
    }
  }

  /** The number of its rows. */
  async function keepFile(importId: string, source: AsyncIterable<Uint8Array>): Promise<number> {
    try {
      await spool.write(importId, source);
      return (await checkImportFile(spool.read(importId))).rows;
    } catch (error) {
      await spool.remove(importId);
      throw error;
    }
  }

  async function receiveImport(importId: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const held = await takeFileInTurn(importId);
    try {
      // A file that is being read by now must not be written again.
      if (!(await commands.load(importStreamOf(importId)))?.state.receivedAt) {
        const rows = await keepFile(importId, source);
        await execute(importId, 'receive', { type: 'ReceiveImport', at: clock.now(), importId, rows });
      }
    } finally {
      await held.release();
    }
    if (carriesOut && !running.has(importId)) begin(importId, carryOutToItsEnd(importId));
  }

  async function receiveDry(importId: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const held = await takeFileInTurn(importId);
    try {
      const rows = await keepFile(importId, source);
      const at = clock.now();
      await dryRunRows().received(importId, rows, true, at);
      begin(
        importId,
        carryOutDry(importId, at, held.lost).finally(() => held.release()),
      );
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /** A dry run stands in no log: whoever dies with one leaves it as it was. */
  async function endDryRunsOfTheDead(): Promise<void> {
    for (const importId of await queries.imports.unfinishedDryRuns()) {
      await unlessHeld(importId, async () => {
        if (!(await queries.imports.unfinishedDryRuns()).includes(importId)) return;
        await dryRunRows().ended(importId, 'failed', null, DRY_RUN_STOPPED, clock.now());
        await spool.remove(importId);
      });
    }
  }

  /** Files whose import was never received, or has ended. */
  async function removeFilesOfTheDead(): Promise<void> {
    for (const importId of (await spool.ids?.()) ?? []) {
      await unlessHeld(importId, async () => {
        const progress = (await commands.load(importStreamOf(importId)))?.state;
        if (!progress?.receivedAt || progress.ended) await spool.remove(importId);
      });
    }
  }

  async function unlessHeld(importId: string, work: () => Promise<void>): Promise<void> {
    const held = await takeFile(importId);
    if (!held) return;
    try {
      await work();
    } finally {
      await held.release();
    }
  }

  return {
    async receive(source, { dryRun, importId: given }) {
      const importId = dryRun ? newId() : (given ?? newId());
      await (dryRun ? receiveDry(importId, source) : receiveImport(importId, source));
      return { importId };
    },
    async resume() {
      for (const importId of await queries.imports.unfinished()) if (!running.has(importId)) begin(importId, carryOutToItsEnd(importId));
      await endDryRunsOfTheDead();
      await removeFilesOfTheDead();
    },
    get busy() {
      return running.size > 0;
    },
    idle,
    async stop() {
      stopping.abort();
      await idle();
    },
  };
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the import stopped for an unknown reason';
}
