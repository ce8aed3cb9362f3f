import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { agrees } from './agreement-for-spec.ts';
import { runs, scripts } from './histories-for-spec.ts';
import { Living } from './living-for-spec.ts';

describe('rule 5: licenses', () => {
  test('of the same SKU are never written, of another are swapped once for every user, whatever interrupts it', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const living = new Living(script, ({ events, after, outside }) => {
          for (const line of after.lines) {
            const { users } = outside.originals.get(line.originalSubscriptionId)!;
            const writes = outside.writes.filter(({ userId }) => users.has(userId));
            if (line.chosen?.skuId === line.skuId) agrees(writes, []);
            for (const { add, remove } of writes) agrees([add, remove], [line.chosen!.skuId, line.skuId]);
            agrees(new Set(writes.map(({ userId }) => userId)).size, writes.length);
            agrees(line.reassignment === null || line.chosen!.skuId !== line.skuId, true);
          }
          for (const event of events) {
            if (event.type !== 'migration.licenses-reassigned.v1') continue;
            const line = after.lines.find((known) => known.originalSubscriptionId === event.data.originalSubscriptionId)!;
            for (const licenses of outside.originals.get(line.originalSubscriptionId)!.users.values())
              agrees([...licenses], [line.chosen!.skuId]);
          }
        });
        living.live().calm(40);
      }),
      runs(200),
    );
  });
});
