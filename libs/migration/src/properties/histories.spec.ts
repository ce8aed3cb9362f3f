import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MIGRATION_EVENT_PERSONAL_DATA } from '../index.ts';
import { scripts } from './histories-for-spec.ts';
import { Living } from './living-for-spec.ts';

describe('the random histories that the rules are tried on', () => {
  test('bring about every event and every stage', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(scripts, (script) => {
        const types = new Set<string>();
        const living = new Living(script, ({ events, decision }) => {
          for (const event of events) types.add(event.type);
          if (decision.kind === 'refused') types.add(`refused: ${decision.refusal.code}`);
        });
        living.live().calm(40);
        for (const type of types) seen.set(type, (seen.get(type) ?? 0) + 1);
      }),
      { numRuns: 400, seed: 7 },
    );
    if (process.env['FC_SHOW'])
      process.stdout.write(
        `${[...seen]
          .sort()
          .map(([type, count]) => `${count} ${type}`)
          .join('\n')}\n`,
      );
    const unseen = Object.keys(MIGRATION_EVENT_PERSONAL_DATA).filter((type) => !seen.has(type));
    expect(unseen).toEqual([]);
  });
});
