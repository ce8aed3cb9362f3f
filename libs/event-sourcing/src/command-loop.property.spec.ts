import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCommandLoop } from './command-loop.ts';
import { LIMIT, count, counter, counterSchemas, frozenClock } from './counter-for-spec.ts';
import { SpecLog } from './log-for-spec.ts';

/** One command as a client sees it: which writer gets it, how its append fares, and how often it is sent again. */
const sending = fc.record({
  writer: fc.nat(2),
  stream: fc.constantFrom('counter-a', 'counter-b'),
  by: fc.integer({ min: 0, max: 40 }),
  fault: fc.constantFrom('none', 'none', 'lost-before', 'lost-after'),
  repeats: fc.nat(2),
});

test('whatever is lost, repeated or raced, each command acts once, on the true state', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sending, { minLength: 1, maxLength: 30 }), async (sendings) => {
      const store = new SpecLog();
      const writers = [0, 1, 2].map(() => createCommandLoop({ store, decider: counter, schemas: counterSchemas, clock: frozenClock }));

      await Promise.all(
        sendings.map(async ({ writer, stream, by, fault, repeats }, index) => {
          const envelope = count(by, `command-${index}`);
          if (fault !== 'none') {
            store.aroundNextAppend = (proceed) => {
              if (fault === 'lost-after') proceed();
              throw new Error(fault);
            };
          }
          for (let sent = 0; sent <= repeats; sent += 1) {
            await writers[(writer + sent) % 3]!.execute(stream, envelope).catch((error: unknown) =>
              expect(error).toMatchObject({ code: 'unconfirmed-append' }),
            );
          }
        }),
      );

      const causes = store.events.map(({ metadata }) => metadata.causationId);
      expect(new Set(causes).size).toBe(causes.length);
      for (const stream of ['counter-a', 'counter-b']) {
        const events = store.events.filter(({ streamId }) => streamId === stream);
        expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
        const total = events.reduce((sum, { data }) => sum + (data as { by: number }).by, 0);
        expect(total).toBeLessThanOrEqual(LIMIT);
        for (const writer of writers) expect((await writer.load(stream))?.state.total ?? 0).toBe(total);
      }
    }),
    { numRuns: 200 },
  );
});
