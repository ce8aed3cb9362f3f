import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './caller.ts';

export interface Health {
  readonly status: 'ready' | 'not-ready';
  readonly parts: readonly { readonly name: string; readonly status: 'up' | 'down'; readonly detail?: string }[];
}

/** Engines come back within seconds; a machine under load takes its time. */
const WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 100;

export async function healthOf(url: string): Promise<Health> {
  const { status, body } = await ask<Health>('GET', `${url}/health/ready`);
  if ((status === 200) !== (body.status === 'ready')) throw new Error(`/health/ready gave ${status} with ${JSON.stringify(body)}`);
  return body;
}

/** What a part says of itself while it is down; `undefined` when it is up. */
export function faultOf({ parts }: Health, name: string): string | undefined {
  const part = parts.find((each) => each.name === name);
  if (!part) throw new Error(`no part is called ${name}: ${JSON.stringify(parts)}`);
  return part.status === 'up' ? undefined : (part.detail ?? '');
}

/** Looks until it holds, and gives what was seen then. */
export async function untilHealth(url: string, what: string, holds: (health: Health) => boolean): Promise<Health> {
  const until = performance.now() + WITHIN_MS;
  for (;;) {
    const health = await healthOf(url);
    if (holds(health)) return health;
    if (performance.now() > until) throw new Error(`did not come to pass: ${what}. The last look: ${JSON.stringify(health)}`);
    await sleep(LOOK_EVERY_MS);
  }
}

export function untilReady(url: string): Promise<Health> {
  return untilHealth(url, 'ready', ({ status }) => status === 'ready');
}

/** Until the part says something like this of itself. */
export function untilFault(url: string, part: string, says: RegExp): Promise<Health> {
  return untilHealth(url, `${part} says ${says.source}`, (health) => says.test(faultOf(health, part) ?? ''));
}
