import type { Clock } from '#kernel';
import type { Configuration } from '#application';
import type { Engines } from './engines.ts';
import { openBus } from './open-bus.ts';
import { openLog } from './open-log.ts';
import { type RowsOf, openRows } from './open-rows.ts';
import { Undo } from './undo.ts';

export interface EnginesOf extends RowsOf {
  readonly clock: Clock;
}

/** The engines that the configuration names, each embedded or a server; drivers of others are not loaded. */
export async function openEngines(configuration: Configuration, of: EnginesOf): Promise<Engines> {
  const { folder, clock, log } = of;
  const undo = new Undo();
  try {
    const opened = await openLog(configuration, folder);
    undo.later(() => opened.store.close());
    const rows = await openRows(configuration, of);
    undo.later(() => rows.close());
    const bus = await openBus(configuration, folder, clock, log);
    undo.later(() => bus.close());
    const { soleWork, importSpool, owner, clockOfAll } = rows;
    return {
      store: opened.store,
      logIsRemote: opened.file === null,
      bus,
      soleWork,
      importSpool,
      owner,
      clockOfAll,
      publishes: configuration.kafkaBrokers !== null,
      openReadModels: (options) => rows.openReadModels(opened, options),
      close: () => undo.all(),
    };
  } catch (error) {
    await undo.all();
    throw error;
  }
}
