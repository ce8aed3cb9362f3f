import { afterAll, beforeAll, jest } from '@jest/globals';
import { type ProductEngines, startChosenEngines } from './product-engines.ts';
import { newFolder, removeFolder, startProduct } from './product.ts';
import { World } from './world.ts';

/** A broker alone takes several seconds. */
const STARTS_WITHIN_MS = 120_000;
/** A machine under load; nothing here is timed. */
jest.setTimeout(120_000);

/** One process for all tests of a file, on a data folder of its own, or on the engines that were chosen for the file. */
export function runningProduct(settings: Readonly<Record<string, string>> = {}): () => World {
  const folder = newFolder();
  let engines: ProductEngines | undefined;
  let world: World | undefined;
  beforeAll(async () => {
    engines = await startChosenEngines();
    world = new World(await startProduct({ DATA_DIR: folder, ...engines.settings, ...settings }));
  }, STARTS_WITHIN_MS);
  afterAll(async () => {
    await world?.product.end();
    await engines?.close();
    removeFolder(folder);
  });
  return () => {
    if (!world) throw new Error('the product runs from the first test on');
    return world;
  };
}
