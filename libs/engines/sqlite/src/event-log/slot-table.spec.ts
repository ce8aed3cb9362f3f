import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SlotTable } from './slot-table.ts';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;
/** Any, neighbours of one another, at the edges, and many that have one half in common. */
const slot = fc.oneof(
  fc.bigInt(LOWEST, HIGHEST),
  fc.bigInt(-3n, 3n),
  fc.constantFrom(LOWEST, HIGHEST),
  fc.bigInt(0n, 300n).map((high) => high << 32n),
);

test('holds what a map holds, however much it grows, and tells the slots in their order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.array(fc.tuple(slot, fc.bigInt(0n, HIGHEST)), { maxLength: 300 }), (room, entries) => {
      const table = new SlotTable(room);
      const map = new Map<bigint, bigint>();
      for (const [at, number] of entries) {
        table.set(at, number);
        map.set(at, number);
        expect(table.get(at)).toBe(number);
      }
      expect(table.size).toBe(map.size);
      for (const [at, number] of map) {
        expect(table.get(at)).toBe(number);
        const next = BigInt.asIntN(64, at + 1n);
        expect(table.get(next)).toBe(map.get(next));
      }
      expect([...table.slots()]).toEqual([...map.keys()].sort((a, b) => (a < b ? -1 : 1)));
    }),
    { seed: 1 },
  );
});
