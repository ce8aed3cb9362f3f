import { parentPort, workerData } from 'node:worker_threads';
import { type Following, serveReadModels } from './serve-read-models.ts';
import { type FromReadModels, faultOf } from './thread-messages.ts';

const port = parentPort;
if (port === null) throw new Error('this module runs in a worker thread only');
try {
  await serveReadModels(port, workerData as Following);
} catch (error) {
  port.postMessage({ kind: 'cannot-start', fault: faultOf(error) } satisfies FromReadModels);
  port.close();
}
