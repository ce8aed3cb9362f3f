import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ENDING_FACTS, TO_DO_KINDS } from '#migration';
import { serviceEventSchemas } from '../../libs/application/src/service/event-schemas.ts';
import { type StatedCode, statedCodes } from './stated-codes.ts';

const errors = readFileSync('docs/errors.md', 'utf8');
const events = readFileSync('docs/events.md', 'utf8');
const users = readFileSync('docs/users.md', 'utf8');

/** The alternatives of a union of texts, as the source writes them. */
function unionIn(file: string, name: string): string[] {
  const [, body = ''] = new RegExp(`type ${name} =([^;]+);`).exec(readFileSync(file, 'utf8')) ?? [];
  return [...body.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code!);
}

function missingFrom(page: string, names: readonly string[]): string[] {
  return names.filter((name) => !page.includes(`\`${name}\``));
}

/** The events of one row, with the pointers in its last cell. */
function pointersOf(type: string): string[] {
  const row = events.split('\n').find((line) => line.startsWith(`| \`${type}\``)) ?? '';
  return [...(row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, pointer]) => pointer!);
}

describe('errors.md', () => {
  test('names every code that the sources give to somebody', () => {
    const stated = statedCodes([
      'libs/kernel/src',
      'libs/migration/src',
      'libs/event-sourcing/src',
      'libs/engines',
      'libs/messaging/src',
      'libs/partner-center/src',
      'libs/imports/src',
      'libs/read-models/src',
      'libs/application/src',
      'apps/standalone/src',
      'apps/composition/src',
    ]);
    const missing = stated.filter(
      ({ code, file }) => !errors.includes(`\`${code}\``) && !(isOfMigration(file) && users.includes(`\`${code}\``)),
    );
    expect(stated.length).toBeGreaterThan(150);
    expect(missing).toEqual([]);
  });

  test('names every refusal of the rules, and every fault of a file', () => {
    expect(missingFrom(errors, unionIn('libs/migration/src/decide/refusals.ts', 'MigrationRefusalCode'))).toEqual([]);
    expect(missingFrom(errors, unionIn('libs/imports/src/import-file-fault.ts', 'ImportFileFaultCode'))).toEqual([]);
    expect(missingFrom(errors, ENDING_FACTS)).toEqual([]);
  });
});

/** What needs a person stands on the page for those who are needed. */
function isOfMigration(file: string): boolean {
  return file.startsWith('libs/application/src/automation/') || file === 'libs/migration/src/rules/attention.ts';
}

describe('events.md', () => {
  const schemas = serviceEventSchemas();

  test('names every event type that may stand in the log, and its personal data', () => {
    const told = schemas.types.map((type) => ({ type, pointers: pointersOf(type), named: missingFrom(events, [type]).length === 0 }));
    const right = schemas.types.map((type) => ({ type, pointers: schemas.personalPointers(type), named: true }));
    expect(told).toEqual(right);
  });

  test('names every kind of to-do', () => {
    expect(missingFrom(events, TO_DO_KINDS)).toEqual([]);
  });
});

describe('users.md', () => {
  test('says what to do about every attention', () => {
    const stated: readonly StatedCode[] = statedCodes(['libs/migration/src/rules/attention.ts', 'libs/migration/src/rules/seats.ts']);
    const raised = [
      ...readFileSync('libs/application/src/automation/follow-order.ts', 'utf8').matchAll(/notThereYet\(work, '([a-z-]+)'/g),
    ].map(([, code]) => code!);
    const of = [...stated.map(({ code }) => code), ...raised, ...raisedByAutomation()];
    const facts = ENDING_FACTS.filter((fact) => fact !== 'original-active' && fact !== 'dates-leave-buffer').map(
      (fact) => `ending-refused-${fact}`,
    );
    const states = ['suspended', 'deleted', 'expired', 'disabled'].map((state) => `target-${state}`);
    const wanted = [...of, ...facts, ...states, 'original-renewed', 'original-extended'];
    expect(of.length).toBeGreaterThan(10);
    expect(missingFrom(users, wanted)).toEqual([]);
  });
});

/** Codes that automation raises by name; what the outside answered is in errors.md. */
function raisedByAutomation(): string[] {
  const files = ['purchase', 'reassign-licenses', 'start-purchase', 'watch-original'];
  const raising = /(?:\braise\(|needsPerson\(\s*work,)\s*'([a-z]+(?:-[a-z]+)+)'/g;
  return files.flatMap((file) =>
    [...readFileSync(`libs/application/src/automation/${file}.ts`, 'utf8').matchAll(raising)].map(([, code]) => code!),
  );
}
