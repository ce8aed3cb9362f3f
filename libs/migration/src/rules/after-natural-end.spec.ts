import { describe, expect, test } from '@jest/globals';
import { at, day } from '../migrations-for-spec.ts';
import { PROGRAMS } from '../model/program.ts';
import { RULES_AFTER_NATURAL_END, usersWorkUntil } from './after-natural-end.ts';

describe('the dated table of what follows a natural end', () => {
  test.each([
    ['web-direct', '2026-05-03', '2026-06-03'],
    ['web-direct', '2026-05-04', '2026-05-05'],
    ['csp-other-partner', '2026-05-03', '2026-06-03'],
    ['csp-other-partner', '2026-12-31', '2027-01-01'],
    ['ea', '2026-12-31', '2027-04-01'],
    ['open', '2026-12-31', '2027-01-31'],
    ['open-value', '2025-12-31', '2026-01-31'],
    ['mpsa', '2025-12-31', '2026-01-01'],
    ['syndication', '2025-12-31', '2026-01-01'],
    ['csp-legacy', '2025-12-31', '2026-01-01'],
  ] as const)('%s, ending on %s: users work until %s', (program, termEnd, until) => {
    expect(usersWorkUntil(program, day(termEnd))).toBe(at(until));
  });

  test('has a row for every program', () => {
    for (const program of PROGRAMS) expect(RULES_AFTER_NATURAL_END.some((rule) => rule.programs.includes(program))).toBe(true);
  });

  test('takes the newest row that fits, whatever the order of the rows', () => {
    const phase = (days: number) => [{ name: 'grace' as const, days, usersWork: true }];
    const rows = [1, 2, 3].map((month) => ({ programs: ['ea' as const], endingFrom: day(`2026-0${month}-01`), phases: phase(month) }));
    for (const table of [rows, [...rows].reverse()]) {
      expect(usersWorkUntil('ea', day('2026-02-10'), undefined, table)).toBe(at('2026-02-13'));
      expect(usersWorkUntil('ea', day('2025-12-10'), undefined, table)).toBe(at('2025-12-11'));
    }
  });
});
