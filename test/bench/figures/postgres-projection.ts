import { openBarePostgresRows } from '../bare-postgres-rows.ts';
import { withEngines } from '../bench-engines.ts';
import type { Figure } from '../figure.ts';
import { openProduct } from '../product.ts';
import { rebuilt } from '../rebuilt.ts';
import { alternated, perSecond } from '../rounds.ts';
import { seedLives } from '../seeded-log.ts';

export const postgresProjection: Figure = {
  name: 'postgres-projection',
  title: 'All read models built anew in PostgreSQL',
  measure({ quick }) {
    return withEngines(['log', 'database'], async ({ folder, environment, address }) => {
      const product = await openProduct(folder, { environment });
      const events = await seedLives(product.store, quick ? 400 : 4_000);
      await product.caughtUp();
      const bare = await openBarePostgresRows(address('database'), address('log'));
      // The upserts alone need what the loop made.
      await bare.readFoldUpsert(events);
      const { median, ratio } = await alternated(quick ? 1 : 3, {
        loop: () => bare.readFoldUpsert(events),
        ours: () => perSecond(events, () => rebuilt(product)),
        upserts: () => bare.upsert(events),
      });
      await bare.close();
      await product.close();
      const loop = { name: 'bare read-fold-upsert loop', value: median.loop, ratio: ratio('ours', 'loop') };
      const upserts = { name: 'upserts of the bare loop alone', value: median.upserts, ratio: ratio('ours', 'upserts') };
      return [
        { name: 'events', unit: '/s', value: median.ours, peer: loop },
        { name: '', unit: '/s', value: median.ours, peer: upserts },
      ];
    });
  },
};
