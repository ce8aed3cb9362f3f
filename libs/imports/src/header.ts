import { distance } from 'fastest-levenshtein';
import { IMPORT_COLUMNS, isImportColumn, type ImportColumn } from './import-columns.ts';
import { ImportFileFault, type ImportFileFaultCode } from './import-file-fault.ts';

const MOST_NAMES_TOLD = 20;
const MOST_CHARACTERS_TOLD = 60;

/**
 * Which column each cell of a row is, by the header's names in any order and case.
 * Throws `ImportFileFault` that names every unknown, doubled and missing column at once.
 */
export function readHeader(names: readonly string[], line: number): readonly ImportColumn[] {
  const written = names.map((name) => name.trim());
  const known = written.map((name) => name.toLowerCase());
  const unknown = written.filter((_, index) => !isImportColumn(known[index]!));
  const columns = known.filter(isImportColumn);
  const doubled = IMPORT_COLUMNS.filter((column) => columns.indexOf(column) !== columns.lastIndexOf(column));
  const missing = IMPORT_COLUMNS.filter((column) => !columns.includes(column));
  if (unknown.length === 0 && doubled.length === 0 && missing.length === 0) return columns;

  const findings: Finding[] = [];
  if (unknown.length > 0)
    findings.push({
      code: 'unknown-column',
      column: unknown[0]!,
      detail: `Unknown: ${list(unknown.map(shown))}.`,
      hint: nearestNames(unknown, missing),
    });
  if (doubled.length > 0)
    findings.push({
      code: 'duplicate-column',
      column: doubled[0]!,
      detail: `More than once: ${list(doubled)}.`,
      hint: 'Keep each column once.',
    });
  if (missing.length > 0)
    findings.push({ code: 'missing-column', column: missing[0]!, detail: `Missing: ${list(missing)}.`, hint: missingHint(missing) });
  throw new ImportFileFault(
    findings[0]!.code,
    `The header on line ${line} does not name the columns of an import. ${findings.map(({ detail }) => detail).join(' ')}`,
    findings
      .map(({ hint }) => hint)
      .filter((hint) => hint !== '')
      .join(' '),
    { line, column: findings[0]!.column.slice(0, MOST_CHARACTERS_TOLD) },
  );
}

interface Finding {
  readonly code: ImportFileFaultCode;
  readonly column: string;
  readonly detail: string;
  readonly hint: string;
}

/** For each unknown name the missing column that it was probably meant to be. */
function nearestNames(unknown: readonly string[], missing: readonly ImportColumn[]): string {
  const guesses = unknown.map((name) => {
    if (name === '') return 'A column without a name is often a stray delimiter at the end of the header: remove it.';
    if (/^sep=/i.test(name)) return 'Remove the line "sep=": the delimiter is found by itself.';
    const nearest = nearestColumn(name, missing) ?? nearestColumn(name, IMPORT_COLUMNS);
    return nearest ? `Did you mean ${nearest} for ${shown(name)}?` : undefined;
  });
  const told = [...new Set(guesses.filter((guess) => guess !== undefined))].slice(0, MOST_NAMES_TOLD);
  return told.length > 0 ? told.join(' ') : `Remove what is not one of: ${IMPORT_COLUMNS.join(', ')}.`;
}

function nearestColumn(name: string, columns: readonly ImportColumn[]): ImportColumn | undefined {
  const plain = bare(name.slice(0, MOST_CHARACTERS_TOLD));
  const [nearest] = columns
    .map((column) => ({ column, steps: distance(plain, bare(column)) }))
    .filter(({ column, steps }) => steps <= Math.max(2, Math.floor(bare(column).length / 3)))
    .sort((a, b) => a.steps - b.steps);
  return nearest?.column;
}

/** "Customer Tenant-ID" and "customer_tenant_id" differ in nothing that matters. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function missingHint(missing: readonly ImportColumn[]): string {
  const mayBeEmpty = missing.filter((column) => column.startsWith('target_') || column === 'contact_email' || column === 'wave');
  const add = missing.length === 1 ? 'Add it' : 'Add them';
  return mayBeEmpty.length > 0 ? `${add}; the cells of ${list(mayBeEmpty)} may stay empty.` : `${add}.`;
}

function shown(name: string): string {
  return `"${name.length > MOST_CHARACTERS_TOLD ? `${name.slice(0, MOST_CHARACTERS_TOLD)}…` : name}"`;
}

function list(names: readonly string[]): string {
  const more = names.length - MOST_NAMES_TOLD;
  return more > 0 ? `${names.slice(0, MOST_NAMES_TOLD).join(', ')} and ${more} more` : names.join(', ');
}
