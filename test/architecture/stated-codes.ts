import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface StatedCode {
  readonly code: string;
  /** The file that states it, from the root of the repository. */
  readonly file: string;
}

const CODE = `['\`]([a-z][a-z0-9]*(?:-[a-z0-9]+)+)['\`:]`;

/** What stands before a stable code where one is given to somebody: an error, a refusal, a fault of a field, a reason to park. */
const INTRODUCTIONS: readonly string[] = [
  String.raw`\bcode(?:: string)? ?[:=]\s*(?:[\w.]+ === '[\w-]+' \? )?`,
  String.raw`\breason: `,
  String.raw`new Problem\(\s*[\w.]+,\s*`,
  String.raw`new (?:CommandUnusable|ImportFileFault|SqliteEngineError|EventStoreDbError|MessageBusError|StartFault)\(\s*`,
  String.raw`\b(?:refuse|unusable|raise|opened)\(\s*`,
  String.raw`\b(?:needsPerson|notThereYet|failed)\(\s*work,\s*`,
  String.raw`\brefused\(\d{3}, `,
  String.raw`'(?:needs-person|retry-later|refused|not-found)',\s*`,
  String.raw`\b(?:OneOf|SomeOf|oneOf|someOf)\([^,()[\]]+,\s*`,
  String.raw`\bOneOf\(\[[^\]]*\],\s*`,
  String.raw`\b(?:code \?\?|most,) `,
  // Cart lines: the outside's number or name, then ours.
  String.raw`(?:'\d{5,6}'|\b[a-z]+(?:_[a-z]+)+): `,
  String.raw`\bBEHIND_PARKED = `,
];

const STATED = INTRODUCTIONS.map((introduction) => new RegExp(`${introduction}${CODE}`, 'g'));

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/spec\.ts$|-for-spec/.test(file))
    .map((file) => join(folder, file));
}

/** Every code that the sources in these folders (or in one file) give to somebody, in the order of the alphabet. */
export function statedCodes(folders: readonly string[]): readonly StatedCode[] {
  const found = new Map<string, StatedCode>();
  for (const file of folders.flatMap((folder) => (folder.endsWith('.ts') ? [folder] : sourcesIn(folder)))) {
    const text = readFileSync(file, 'utf8');
    for (const pattern of STATED)
      for (const [, code] of text.matchAll(pattern)) if (code && !found.has(code)) found.set(code, { code, file });
  }
  return [...found.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
