import { describe, expect, test } from '@jest/globals';
import type { Program } from '../index.ts';
import { NATURAL_END, OTHER_SKU, type Story, at, readyToBuy } from '../migrations-for-spec.ts';
import { gapOf } from './coverage.ts';
import { gapPhase, nextGapChange } from './gap-phase.ts';

const phase = ({ migration, now }: Story): string => gapPhase(migration.lines[0]!, migration, gapOf(migration.lines[0]!), now);
const next = ({ migration }: Story): string | null => nextGapChange(migration.lines[0]!, migration);
const assess = { type: 'AssessCoverage' } as const;

describe('the phase of a gap', () => {
  test('follows the calendar, and so does the next look at it', () => {
    const story = readyToBuy();
    expect([phase(story), next(story)]).toEqual(['none', at('2026-12-30')]);
    expect([phase(story.on('2026-12-30').do(assess)), next(story)]).toEqual(['foreseen', NATURAL_END]);
    expect([phase(story.on('2027-01-01').do(assess)), next(story)]).toEqual(['open', null]);
  });

  test('is not taken back where a clock goes backwards', () => {
    const story = readyToBuy().on('2027-01-01').do(assess).on('2026-12-28').do(assess);
    expect([phase(story), story.told('migration.gap-averted.v1')]).toEqual(['open', []]);
  });

  test('is foreseen the earlier, the longer the provisioning takes', () => {
    expect(next(readyToBuy({}, { skuId: OTHER_SKU }))).toBe(at('2026-12-28'));
    expect(next(readyToBuy({ program: 'open' as Program }))).toBe(at('2027-01-29'));
  });

  test('waits for the answer of what is under way', () => {
    expect(next(readyToBuy().purchaseStarted())).toBe(NATURAL_END);
    expect(phase(readyToBuy().bought().on('2026-12-31'))).toBe('none');
    expect(next(readyToBuy().bought().provisioned())).toBeNull();
  });

  test('stays foreseen after an end that is only expected', () => {
    const story = readyToBuy({ autoRenew: true }).on('2027-01-02').do(assess);
    expect([phase(story), next(story)]).toEqual(['foreseen', null]);
  });
});
