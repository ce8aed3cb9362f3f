import { setTimeout as sleep } from 'node:timers/promises';
import { withEngines } from '../bench-engines.ts';
import type { Figure } from '../figure.ts';
import { processorSeconds } from '../process-time.ts';
import { startWorkerProcess } from '../worker-process.ts';

export const idle: Figure = {
  name: 'idle',
  title: 'A worker that is connected to all engines and has nothing to do',
  measure({ quick }) {
    const [settles, measured] = quick ? [5, 5] : [30, 20];
    return withEngines(['log', 'broker', 'database'], async (engines) => {
      const worker = await startWorkerProcess(engines);
      try {
        await sleep(settles * 1_000);
        const before = processorSeconds(worker.pid);
        const start = performance.now();
        await sleep(measured * 1_000);
        const used = processorSeconds(worker.pid) - before;
        const share = (used / ((performance.now() - start) / 1_000)) * 100;
        return [{ name: `of a processor, over ${measured} s`, unit: '%', value: share, limit: { of: 'value', kind: 'at-most', value: 2 } }];
      } finally {
        await worker.stop();
      }
    });
  },
};
