import { expect, test } from '@jest/globals';
import { CommittedPositions } from '#event-sourcing';
import { BEFORE_ALL } from '#kernel';
import { type Migration, migrationIdOf, migrationStreamOf } from '#migration';
import type { StoredMigration } from '#read-models';
import { CUSTOMER, NOW, PARTNER, setUp } from '../intake/intake-for-spec.ts';
import { summariesFromReadModels } from './latest-summaries.ts';

const ID = migrationIdOf(PARTNER, CUSTOMER, 0);

/** Rows that stand at version 5, beside what this process has folded up to some version. */
async function summaries(foldedVersion: number | undefined) {
  const { commands, register } = setUp();
  await register();
  const state = (await commands.load(migrationStreamOf(ID)))!.state as Migration;
  const at = (version: number): StoredMigration => ({ state, recorded: { updatedAt: NOW, version } });
  const asked: string[] = [];
  const latest = summariesFromReadModels(
    {
      queries: {
        positions: new CommittedPositions(() => Promise.resolve()),
        migrations: {
          async byIds(ids) {
            asked.push(...ids);
            return [at(5)];
          },
        },
      },
      lately: { migration: () => (foldedVersion === undefined ? undefined : at(foldedVersion)) },
    },
    { now: () => NOW },
  );
  return { latest, asked };
}

const versionsOf = async (foldedVersion: number | undefined, revision: number) => {
  const { latest, asked } = await summaries(foldedVersion);
  const found = await latest(new Map([[ID, revision]]), BEFORE_ALL, new AbortController().signal);
  return { versions: found.map(({ version }) => version), asked: asked.length };
};

test('what this process has folded itself is not asked of the rows', async () => {
  expect(await versionsOf(4, 4)).toEqual({ versions: [4], asked: 0 });
});

test('what another process has folded further meanwhile, or nobody here, is asked of the rows', async () => {
  expect(await versionsOf(4, 5)).toEqual({ versions: [5], asked: 1 });
  expect(await versionsOf(undefined, 5)).toEqual({ versions: [5], asked: 1 });
});
