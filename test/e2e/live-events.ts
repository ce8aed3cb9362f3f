import { expect } from '@jest/globals';
import type { MigrationSummary } from '#migration';
import type { World } from './world.ts';

export interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

function eventOf(block: string): ServerEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  return {
    id: field('id'),
    event: field('event'),
    data: block
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trim())
      .join('\n'),
  };
}

/** Reads the live stream until it has what is looked for; gives everything that came until then. */
export async function listen(
  world: World,
  headers: Readonly<Record<string, string>>,
  enough: (seen: readonly ServerEvent[]) => boolean,
  whileOpen: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly ServerEvent[]> {
  const ended = new AbortController();
  const tooLong = setTimeout(() => ended.abort(), 20_000);
  const answer = await fetch(`${world.product.url}/v1/stream`, { headers, signal: ended.signal });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/event-stream/)]);
  const acting = whileOpen();
  const seen: ServerEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of answer.body!) {
      text += decoder.decode(piece as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      seen.push(...blocks.map(eventOf).filter(({ event }) => event !== undefined));
      if (enough(seen)) break;
    }
  } finally {
    clearTimeout(tooLong);
    ended.abort();
    await acting;
  }
  return seen;
}

/** An event that tells of the migration, in that stage where one is named. */
export const about =
  (id: string, stage?: string) =>
  ({ event, data }: ServerEvent) =>
    event === 'migration' &&
    (JSON.parse(data) as MigrationSummary).id === id &&
    (stage === undefined || (JSON.parse(data) as MigrationSummary).stage === stage);
