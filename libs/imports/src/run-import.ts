import pLimit from 'p-limit';
import type { Day } from '#kernel';
import { checkRow } from './check-row.ts';
import type { CheckedRow } from './checked-row.ts';
import { ImportAccount } from './import-account.ts';
import type { ImportRow } from './import-row.ts';
import type { ImportCustomer, ImportTarget, RegistrationOutcome } from './import-target.ts';
import { rowChunks } from './row-chunks.ts';
import type { RowFault } from './row-fault.ts';
import { addCounts, countOutcomes, NO_ROWS, type ImportCounts, type RowOutcome } from './row-outcome.ts';

/** Outcomes handed over at once: they become one event, and a server that takes 1 MiB at once is the strictest. */
const OUTCOME_BYTES = 256 * 1024;

export interface ImportChunk {
  /** One for each row of the chunk, in the order of the file; never more than 256 KiB of them as JSON. */
  readonly outcomes: readonly RowOutcome[];
  readonly counts: ImportCounts;
  /** What `resumeAfter` has to be to go on behind this chunk. */
  readonly lastRow: number;
}

export interface ImportRun {
  readonly rows: AsyncIterable<ImportRow>;
  /** The day the import was received: the same on a later start, or outcomes differ. */
  readonly today: Day;
  readonly target: ImportTarget;
  /** Rows taken up together, up to twice as many where a customer's rows stand together. Default 500. */
  readonly chunkSize?: number;
  /** Customers registered at the same time. Default 64. */
  readonly concurrency?: number;
  /** `lastRow` of the last chunk that was kept; 0 = from the start. Earlier rows are only remembered, to know duplicates of them. */
  readonly resumeAfter?: number;
  /** Called for each chunk in turn; the next one waits for it. Keep outcomes and `lastRow` in one transaction. */
  onChunk(chunk: ImportChunk): Promise<void> | void;
}

/**
 * Takes every row of a file to its outcome: exactly one for each, in the order of the file. Answers the counts of the rows
 * after `resumeAfter`. Throws what `rows`, `target` or `onChunk` throw; chunks handed over until then stand.
 */
export async function runImport(run: ImportRun): Promise<ImportCounts> {
  const { chunkSize = 500, concurrency = 64, resumeAfter = 0 } = run;
  const account = new ImportAccount();
  const limit = pLimit(concurrency);
  let total = NO_ROWS;
  for await (const rows of rowChunks(run.rows, chunkSize)) {
    if (rows.at(-1)!.row <= resumeAfter) {
      for (const row of rows) judge(row, account, run.today);
      continue;
    }
    // All of them, also where some are kept already: the target knows the very same rows again, and only those.
    const outcomes = await outcomesOf(rows, account, run, limit);
    for (const kept of inBytes(outcomes.filter(({ row }) => row > resumeAfter))) {
      const counts = countOutcomes(kept);
      total = addCounts(total, counts);
      await run.onChunk({ outcomes: kept, counts, lastRow: kept.at(-1)!.row });
    }
  }
  return total;
}

function* inBytes(outcomes: readonly RowOutcome[]): Generator<readonly RowOutcome[], void, undefined> {
  let piece: RowOutcome[] = [];
  let bytes = 0;
  for (const outcome of outcomes) {
    const size = Buffer.byteLength(JSON.stringify(outcome));
    if (piece.length > 0 && bytes + size > OUTCOME_BYTES) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(outcome);
    bytes += size + 1;
  }
  if (piece.length > 0) yield piece;
}

async function outcomesOf(
  chunk: readonly ImportRow[],
  account: ImportAccount,
  { today, target }: ImportRun,
  limit: ReturnType<typeof pLimit>,
): Promise<readonly RowOutcome[]> {
  const judged = chunk.map((row) => judge(row, account, today));
  const customers = Map.groupBy(
    judged.flatMap((item) => ('open' in item ? [item.open] : [])),
    ({ customerTenantId }) => customerTenantId,
  );
  const answers = new Map<number, RegistrationOutcome>();
  const registrations = [...customers.values()].map((rows) =>
    limit(async () => {
      const outcomes = await target.register(customerOf(rows), rows);
      if (outcomes.length !== rows.length) {
        throw new Error(`registration-incomplete: ${outcomes.length} outcomes for ${rows.length} rows from line ${rows[0]!.line} on.`);
      }
      rows.forEach(({ row }, index) => answers.set(row, outcomes[index]!));
    }),
  );
  // All are waited for, so that nothing is still being registered when the import is started again.
  const failed = (await Promise.allSettled(registrations)).find((registration) => registration.status === 'rejected');
  if (failed) throw failed.reason;
  return judged.map((item) => ('open' in item ? registered(item, answers.get(item.open.row)!) : item.decided));
}

type Judged = { readonly decided: RowOutcome } | { readonly open: CheckedRow; readonly warnings: readonly RowFault[] };

/** What the file alone says of a row: decided, or open until it is registered. */
function judge(row: ImportRow, account: ImportAccount, today: Day): Judged {
  const check = checkRow(row, today);
  if (check.outcome === 'rejected') return { decided: outcome(row, 'rejected', check, check.warnings) };
  const verdict = account.judge(check.line);
  if (verdict.verdict === 'new') return { open: check.line, warnings: [...check.warnings, ...verdict.warnings] };
  return { decided: outcome(row, verdict.verdict, verdict.fault, check.warnings) };
}

function registered(
  { open, warnings }: { readonly open: CheckedRow; readonly warnings: readonly RowFault[] },
  answer: RegistrationOutcome,
): RowOutcome {
  const id = answer.migrationId === undefined ? {} : { migrationId: answer.migrationId };
  switch (answer.outcome) {
    case 'accepted':
      return { row: open.row, line: open.line, outcome: 'accepted', warnings: [...warnings, ...(answer.warnings ?? [])], ...id };
    case 'duplicate':
      return {
        ...outcome(
          open,
          'duplicate',
          { code: answer.code ?? 'already-registered', column: answer.column ?? null, hint: answer.hint },
          warnings,
        ),
        ...id,
      };
    case 'rejected':
      return { ...outcome(open, 'rejected', answer, warnings), ...id };
  }
}

function outcome(
  place: { readonly row: number; readonly line: number },
  kind: RowOutcome['outcome'],
  fault: RowFault,
  warnings: readonly RowFault[],
): RowOutcome {
  const { code, column, hint } = fault;
  return { row: place.row, line: place.line, outcome: kind, code, ...(column !== null && { column }), hint, warnings };
}

function customerOf(rows: readonly CheckedRow[]): ImportCustomer {
  const { customerTenantId, customerName, customerDomain, country } = rows[0]!;
  const contactEmail = rows.find((row) => row.contactEmail !== undefined)?.contactEmail;
  const wave = rows.find((row) => row.wave !== undefined)?.wave;
  return {
    customerTenantId,
    customerName,
    customerDomain,
    country,
    ...(contactEmail !== undefined && { contactEmail }),
    ...(wave !== undefined && { wave }),
  };
}
