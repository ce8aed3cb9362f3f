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
    const late = readyToBuy().on('2026-12-30T12:00:00Z');
    expect([phase(late.purchaseStarted()), next(late)]).toEqual(['none', NATURAL_END]);
    expect([phase(late.cart().ordered().on('2026-12-31')), next(late)]).toEqual(['none', NATURAL_END]);
    expect(next(readyToBuy().bought().provisioned())).toBeNull();
  });

  test('does not wait for an answer that hangs longer than provisioning takes at worst', () => {
    for (const story of [readyToBuy().purchaseStarted(), readyToBuy().purchaseStarted().cart(), readyToBuy().bought()]) {
      expect([phase(story.on('2026-12-29')), next(story)]).toEqual(['none', at('2026-12-30')]);
      expect(story.on('2026-12-30').do(assess).told('migration.gap-foreseen.v1')).toMatchObject([{ start: NATURAL_END, end: null }]);
    }
    const late = readyToBuy().on('2026-12-29T12:00:00Z').bought();
    expect(next(late)).toBe(at('2026-12-31T12:00:00Z'));
  });

  test.each([
    ['the migration is on hold', { type: 'Hold', reason: 'wait', until: null }],
    ['the customer removed the relationship', { type: 'RecordRelationshipRemoved', occurredAt: at('2026-12-30T13:00:00Z'), key: 'r' }],
  ] as const)('does not wait for a cart that cannot go on: %s', (cause, stop) => {
    const story = readyToBuy().on('2026-12-30T12:00:00Z').purchaseStarted().cart().later(0.1).do(stop);
    expect(story.told('migration.gap-foreseen.v1')).toMatchObject([{ start: NATURAL_END, cause }]);
    const ordered = readyToBuy().on('2026-12-30T12:00:00Z').bought().later(0.1).do(stop);
    expect([phase(ordered), next(ordered)]).toEqual(['none', NATURAL_END]);
  });

  test('stays foreseen after an end that is only expected', () => {
    const story = readyToBuy({ autoRenew: true }).on('2027-01-02').do(assess);
    expect([phase(story), next(story)]).toEqual(['foreseen', null]);
  });
});
