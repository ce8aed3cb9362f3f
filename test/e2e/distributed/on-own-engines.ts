import { describe, test } from '@jest/globals';
import { OwnEngines, WHY_NO_OWN_ENGINES, canStartOwnEngines } from '../../engines/own-engines.ts';
import { chooseEngines } from '../product-engines.ts';

/** The tests of another file once more, with the product on engines that are servers. */
export async function onOwnEngines(file: () => Promise<unknown>): Promise<void> {
  if (!canStartOwnEngines) {
    describe.skip(WHY_NO_OWN_ENGINES, () => {
      test('the same journeys on servers', () => undefined);
    });
    return;
  }
  chooseEngines(async () => {
    const engines = new OwnEngines();
    try {
      await engines.start();
    } catch (error) {
      await engines.close();
      throw error;
    }
    return engines;
  });
  await file();
}
