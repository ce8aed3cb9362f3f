import { afterAll, beforeAll, jest } from '@jest/globals';
import { newFolder, removeFolder, startProduct } from './product.ts';
import { World } from './world.ts';

const STARTS_WITHIN_MS = 40_000;
/** A machine under load; nothing here is timed. */
jest.setTimeout(120_000);

/** One process for all tests of a file, on a data folder of its own. */
export function runningProduct(settings: Readonly<Record<string, string>> = {}): () => World {
  const folder = newFolder();
  let world: World | undefined;
  beforeAll(async () => {
    world = new World(await startProduct({ DATA_DIR: folder, ...settings }));
  }, STARTS_WITHIN_MS);
  afterAll(async () => {
    await world?.product.end();
    removeFolder(folder);
  });
  return () => {
    if (!world) throw new Error('the product runs from the first test on');
    return world;
  };
}
