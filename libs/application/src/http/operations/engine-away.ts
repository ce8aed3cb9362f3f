import type { Delay } from '#event-sourcing';
import type { HealthPart } from '../../service/service.ts';
import { type PartView, partView } from './part-view.ts';

/** What everything waits for: the other parts of the service live on them. */
const ENGINES: ReadonlySet<string> = new Set(['log', 'bus', 'read-models']);
const LOOK_EVERY_MS = 1_000;
/** In a row: an engine that is back at once is none that somebody has to be told of. */
const LOOKS = 3;

/** Resolves with an engine that was down at each of several looks; never, while there is none. Ends with the signal. */
export async function engineAway(parts: readonly HealthPart[], delay: Delay, over: AbortSignal): Promise<PartView | undefined> {
  const engines = parts.filter(({ name }) => ENGINES.has(name));
  for (let looks = 0; ; looks += 1) {
    await delay(LOOK_EVERY_MS, over).catch(() => undefined);
    if (over.aborted) return undefined;
    const away = (await Promise.all(engines.map(partView))).find(({ status }) => status === 'down');
    if (!away) looks = -1;
    else if (looks + 1 === LOOKS) return away;
  }
}
