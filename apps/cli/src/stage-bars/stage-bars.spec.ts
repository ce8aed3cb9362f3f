import { describe, expect, test } from '@jest/globals';
import { Paper } from '../a-terminal-for-spec.ts';
import { createStageBars } from './create-stage-bars.ts';
import { stageBarLines } from './stage-bar-lines.ts';
import type { StageCounts } from './stage-counts.ts';

const COUNTS: StageCounts = {
  clock: '2027-05-05T10:30:00.000Z',
  stages: { requested: 45, accepted: 1, completed: 154 },
  seats: { requested: 1234, accepted: 1, completed: 9876 },
  total: 200,
  gaps: { foreseen: 2, real: 0 },
  risk: { none: 190, watch: 8, act: 2 },
};

describe('stages as bars', () => {
  test('fill the terminal, with seats where there is room', () => {
    expect(`\n${stageBarLines(COUNTS, 72, false).join('\n')}\n`).toBe(`
2027-05-05 10:30Z   200 migrations
registered    ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
requested     █████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   45  1,234 seats
accepted      ▎░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    1       1 seat
provisioning  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
provisioned   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
reassigning   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
overlapping   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
completed     ██████████████████████████████▊░░░░░░░░░  154  9,876 seats
declined      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
lapsed        ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
withdrawn     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    0      0 seats
0 gaps, 2 foreseen   risk: gap 0  act 2  watch 8  none 190
`);
  });

  test('leave the seats out on a narrow one', () => {
    expect(`\n${stageBarLines(COUNTS, 30, false).join('\n')}\n`).toBe(`
2027-05-05 10:30Z   200 migrations
registered    ░░░░░░░░░░░    0
requested     ██▌░░░░░░░░   45
accepted      ▏░░░░░░░░░░    1
provisioning  ░░░░░░░░░░░    0
provisioned   ░░░░░░░░░░░    0
reassigning   ░░░░░░░░░░░    0
overlapping   ░░░░░░░░░░░    0
completed     ████████▌░░  154
declined      ░░░░░░░░░░░    0
lapsed        ░░░░░░░░░░░    0
withdrawn     ░░░░░░░░░░░    0
0 gaps, 2 foreseen   risk: gap 0  act 2  watch 8  none 190
`);
  });

  test('are never wider than the terminal', () => {
    for (const width of [30, 40, 80, 200])
      for (const line of stageBarLines(COUNTS, width, false).slice(1, -1)) expect(line.length).toBeLessThanOrEqual(width);
  });

  test('an empty service has empty bars', () => {
    expect(stageBarLines({ clock: null, stages: {}, total: 0 }, 40, false)[1]).toBe('registered    ░░░░░░░░░░░░░░░░░░░░░░░  0');
  });
});

describe('createStageBars', () => {
  test('writes a plain line for each change where the output is no terminal', () => {
    const paper = new Paper(false, undefined);
    const bars = createStageBars(paper, {});
    bars.update(COUNTS);
    bars.update({ ...COUNTS, clock: '2027-05-06T00:00:00.000Z' });
    bars.update({
      ...COUNTS,
      clock: '2027-05-07T00:00:00.000Z',
      stages: { completed: 200 },
      gaps: { foreseen: 0, real: 0 },
      note: 'nearly there',
    });
    bars.log('something else');
    bars.stop();
    expect(paper.text).toBe(
      [
        '2027-05-05 10:30Z  requested 45, accepted 1, completed 154 of 200; gaps 0 (+2 foreseen)',
        '2027-05-07  completed 200 of 200; gaps 0; nearly there',
        'something else',
        '',
      ].join('\n'),
    );
  });

  test('leaves the last state standing on a terminal, and gives the cursor back', () => {
    const paper = new Paper(true, 72);
    Object.assign(paper, { cursorTo: () => true, moveCursor: () => true });
    const bars = createStageBars(paper, { NO_COLOR: '1' });
    bars.update(COUNTS);
    bars.update({ ...COUNTS, stages: { completed: 200 } });
    bars.stop();
    bars.stop();
    bars.update(COUNTS);
    expect(paper.text).toContain(stageBarLines({ ...COUNTS, stages: { completed: 200 } }, 71, false)[8]);
    expect(paper.text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(paper.text.lastIndexOf('\u001b[?25l'));
    expect(paper.text.lastIndexOf('\u001b[?7h')).toBeGreaterThan(paper.text.lastIndexOf('\u001b[?7l'));
  });
});
