import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { derivedId } from '#kernel';
import type { MigrationCommand } from '#migration';
import type { Figure } from '../figure.ts';
import { bytesIn, withFolder } from '../folder.ts';
import { openProduct } from '../product.ts';
import { inFlight } from '../rounds.ts';
import { type SampleMigration, eightCommands, remainingCommands, sampleMigration } from '../sample-migrations.ts';

/** The log, the read models and their indexes. */
const LOG = /^events\.db$/;
const READ_MODELS = /^read-models\..*\.db$/;

/** Bytes for each migration, once what is in the write-ahead files has been moved to the databases. */
async function bytesAMigration(migrations: number, commandsOf: (sample: SampleMigration) => readonly MigrationCommand[]) {
  return withFolder(async (folder) => {
    const product = await openProduct(folder);
    await inFlight(64, migrations, async (index) => {
      const sample = sampleMigration(index);
      for (const [step, command] of commandsOf(sample).entries())
        await product.execute(sample, command, derivedId(sample.id, String(step)));
    });
    await product.caughtUp();
    await product.close();
    for (const name of ['events.db', readdirSync(folder).find((file) => READ_MODELS.test(file))!]) {
      const db = new DatabaseSync(join(folder, name));
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
    }
    return { log: bytesIn(folder, LOG) / migrations, readModels: bytesIn(folder, READ_MODELS) / migrations };
  });
}

export const disk: Figure = {
  name: 'disk',
  title: 'Disk of a migration: log, read models and indexes, after the checkpoint',
  async measure({ quick }) {
    const migrations = quick ? 500 : 10_000;
    const eight = await bytesAMigration(migrations, eightCommands);
    const whole = await bytesAMigration(migrations, (sample) => [...eightCommands(sample), ...remainingCommands(sample)]);
    return [
      {
        name: 'a life of 8 events',
        unit: 'bytes',
        value: eight.log + eight.readModels,
        limit: { of: 'value', kind: 'at-most', value: 6_000 },
      },
      { name: '… of which the log', unit: 'bytes', value: eight.log },
      { name: '… of which the read models', unit: 'bytes', value: eight.readModels },
      { name: 'a whole life to its completion (17 events)', unit: 'bytes', value: whole.log + whole.readModels },
      { name: '… of which the read models', unit: 'bytes', value: whole.readModels },
    ];
  },
};
