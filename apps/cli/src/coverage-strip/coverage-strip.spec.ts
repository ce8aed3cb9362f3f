import { describe, expect, test } from '@jest/globals';
import type { CoverageInterval } from '../api-client/shapes.ts';
import { coverageLegend } from './coverage-legend.ts';
import { coverageStrip } from './coverage-strip.ts';
import { frameOf } from './scale.ts';
import { timeAxis } from './time-axis.ts';

const day = (text: string): string => `${text}T00:00:00.000Z`;
const NOW = '2027-01-05T10:00:00.000Z';

function drawn(coverage: readonly CoverageInterval[], { width = 80, now = NOW, colour = false } = {}): string {
  const frame = { ...frameOf(coverage, now)!, width, now, colour };
  return `\n${timeAxis(frame)}\n${coverageStrip(coverage, frame)}\n`;
}

const FORESEEN: readonly CoverageInterval[] = [
  { from: day('2026-11-23'), to: day('2027-03-16'), seats: 16, by: 'original' },
  { from: day('2027-03-16'), to: day('2027-03-30'), seats: 16, by: 'both', planned: true },
  { from: day('2027-03-30'), to: null, seats: 16, by: 'target', planned: true },
];

const WITH_GAP: readonly CoverageInterval[] = [
  { from: day('2026-11-23'), to: day('2027-03-16'), seats: 16, by: 'original' },
  { from: day('2027-03-16'), to: day('2027-04-16'), seats: 16, by: 'original', grace: true },
  { from: day('2027-04-16'), to: day('2027-04-28'), seats: 16, by: 'none' },
  { from: day('2027-04-28'), to: null, seats: 16, by: 'target' },
];

describe('the coverage strip, exactly', () => {
  test('a planned target that overlaps', () => {
    expect(drawn(FORESEEN)).toBe(`
              today 2027-01-05 ▼
             2026-12         2027-01        2027-02       2027-03        2027-04
          ───┴───────────────┴─┼────────────┴─────────────┴──────────────┴──────
original  █████████████████████│████████████████████████████████████████
target                         │                                 ··············→
                                               both 14 d planned ╰─────╯
          └2026-11-23                                         2027-03-30┘
                                                                 └2027-03-16
`);
  });

  test('grace, then a gap of twelve days', () => {
    expect(drawn(WITH_GAP)).toBe(`
          today 2027-01-05 ▼
             2026-12     2027-01      2027-02    2027-03     2027-04     2027-05
          ───┴───────────┴─┼──────────┴──────────┴───────────┴───────────┴──────
original  █████████████████│███████████████████████████╱╱╱╱╱╱╱╱╱╱╱╱
target                     │                                            ▓▓▓▓▓▓▓→
                                                GAP 12 d, 16 seats ╳╳╳╳╳
          └2026-11-23                                  │      2027-04-28┘
                                                       └2027-03-16 └2027-04-16
`);
  });

  test('a gap of five hours is as visible as a column is wide', () => {
    const coverage: readonly CoverageInterval[] = [
      { from: day('2026-11-23'), to: day('2026-12-16'), seats: 1, by: 'original' },
      { from: day('2026-12-16'), to: '2026-12-16T05:00:00.000Z', seats: 1, by: 'none' },
      { from: '2026-12-16T05:00:00.000Z', to: null, seats: 1, by: 'target' },
    ];
    expect(drawn(coverage)).toBe(`
                                                              today 2027-01-05 →
                2026-11-26       2026-12-03      2026-12-10      2026-12-17
          ──────┴────────────────┴───────────────┴───────────────┴──────────────
original  █████████████████████████████████████████████████████
target                                                         ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓→
                                                               ╳ GAP 5 h, 1 seat
          └2026-11-23                                          └2026-12-16
`);
  });

  test('a gap without end, on a wider terminal, before which today lies', () => {
    const coverage: readonly CoverageInterval[] = [
      { from: day('2026-11-23'), to: day('2027-12-16'), seats: 1200, by: 'original' },
      { from: day('2027-12-16'), to: null, seats: 1200, by: 'none' },
    ];
    expect(drawn(coverage, { width: 120, now: '2026-11-01T00:00:00.000Z' })).toBe(`
          ← today 2026-11-01
                   2027-01        2027-03         2027-05        2027-07         2027-09        2027-11         2028-01
          ─────────┴──────────────┴───────────────┴──────────────┴───────────────┴──────────────┴───────────────┴───────
original  ██████████████████████████████████████████████████████████████████████████████████████████████████
target
                                                                               GAP without end, 1,200 seats ╳╳╳╳╳╳╳╳╳╳╳╳
          └2026-11-23                                                                                       └2027-12-16
`);
  });

  test('a gap that has lasted until today', () => {
    const coverage: readonly CoverageInterval[] = [
      { from: day('2026-11-23'), to: day('2026-12-16'), seats: 180, by: 'original' },
      { from: day('2026-12-16'), to: null, seats: 180, by: 'none' },
    ];
    expect(drawn(coverage)).toBe(`
                                                     today 2027-01-05 ▼
                       2026-12-03          2026-12-17         2026-12-31
          ─────────────┴───────────────────┴──────────────────┴───────┼─────────
original  ███████████████████████████████                             │
target                                                                │
                                         ╳╳╳╳╳ GAP 20 d so far, 180 seats ╳╳╳╳╳╳
          └2026-11-23                    └2026-12-16
`);
  });

  test('coverage that stops with a withdrawal', () => {
    const coverage: readonly CoverageInterval[] = [{ from: day('2026-11-23'), to: day('2027-02-01'), seats: 3, by: 'original' }];
    expect(drawn(coverage)).toBe(`
                               today 2027-01-05 ▼
                  2026-12-03   2026-12-17  2026-12-31   2027-01-14  2027-01-28
          ────────┴────────────┴───────────┴────┼───────┴───────────┴───────────
original  ██████████████████████████████████████│███████████████████████
target                                          │
          └2026-11-23                                         2027-02-01┘
`);
  });
});

describe('the coverage strip', () => {
  test('with colours says the same, and only the ink differs', () => {
    const escape = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    const coloured = drawn(WITH_GAP, { colour: true });
    expect(coloured).not.toBe(drawn(WITH_GAP));
    expect(coloured.replace(escape, '')).toBe(drawn(WITH_GAP));
    expect(coloured).toContain('\u001b[31m╳');
  });

  test('is never wider than it is told, whatever the dates', () => {
    for (const width of [40, 60, 80, 101, 140, 200]) {
      for (const days of [1, 3, 30, 400, 4000]) {
        const end = new Date(Date.parse(day('2026-11-23')) + days * 86_400_000).toISOString();
        const coverage: readonly CoverageInterval[] = [
          { from: day('2026-11-23'), to: end, seats: 16, by: 'original' },
          { from: end, to: null, seats: 16, by: 'none' },
        ];
        for (const line of drawn(coverage, { width }).split('\n')) expect(Array.from(line).length).toBeLessThanOrEqual(width);
      }
    }
  });

  test('nothing to draw, nothing drawn', () => {
    expect(frameOf([], NOW)).toBeUndefined();
  });
});

test('the legend breaks where the terminal ends', () => {
  expect(coverageLegend(false, 80)).toBe(`███ original   ╱╱╱ ended, users still work   ▓▓▓ target   ··· target planned
╰─╯ both   ╳╳╳ gap   │ today`);
});
