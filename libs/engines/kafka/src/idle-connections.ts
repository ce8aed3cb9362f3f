import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const PATCHED_VERSION = '2.2.4';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

/**
 * kafkajs 2.2.4 looks for pending requests again and again on every connection, each millisecond, also where there are
 * none (tulios/kafkajs#1751): some 900 wake-ups a second for each broker, and a warning from Node. Whoever puts a
 * request into the queue asks for the look by himself, so an empty queue needs none. Another version is left as it is.
 */
function letIdleConnectionsRest(): void {
  const { version } = require('kafkajs/package.json') as { readonly version: string };
  if (version !== PATCHED_VERSION) return;
  const { prototype } = require('kafkajs/src/network/requestQueue') as { readonly prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWherePending() {
    if (this.pending.length > 0) schedule.call(this);
  };
}

letIdleConnectionsRest();
