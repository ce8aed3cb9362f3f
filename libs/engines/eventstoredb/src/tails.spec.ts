import { describe, expect, test } from '@jest/globals';
import type { Instant, Position, RecordedEvent } from '#kernel';
import type { EventSource } from './tail.ts';
import { type TailReader, Tails } from './tails.ts';

const NOW = '2026-12-01T08:00:00.000Z' as Instant;

function eventAt(position: number): RecordedEvent {
  return {
    eventId: `e${position}`,
    type: 'counter.grown.v1',
    data: {},
    metadata: { occurredAt: NOW, recordedAt: NOW, actor: 'spec', correlationId: 'c', causationId: 'c' },
    streamId: 'counter-1',
    revision: position - 1,
    position: BigInt(position) as Position,
  };
}

/** A log of so many events, and the subscriptions to it that are open. */
function log(length: number) {
  const open = new Set<{ after: number; fail: (error: Error) => void; tell: () => void }>();
  const at = { end: length };
  const tails = new Tails((after, onNews): EventSource => {
    let failure: Error | undefined;
    let next = Number(after) + 1;
    const subscription = {
      after: Number(after),
      tell: onNews,
      fail(error: Error) {
        failure = error;
        onNews();
      },
    };
    open.add(subscription);
    return {
      get failure() {
        return failure;
      },
      get drained() {
        return next > at.end;
      },
      take(most) {
        if (failure || next > at.end) return undefined;
        const events = Array.from({ length: Math.min(most, at.end - next + 1) }, (_, index) => eventAt(next + index));
        next += events.length;
        return events;
      },
      end: () => open.delete(subscription),
    };
  });
  return {
    open,
    grow(by: number) {
      at.end += by;
      for (const { tell } of [...open]) tell();
    },
    reader: (after: number, batchSize = 10, signal = new AbortController().signal) =>
      tails.reader(BigInt(after) as Position, batchSize, signal),
  };
}

async function read(reader: TailReader, events: number): Promise<readonly number[]> {
  const positions: number[] = [];
  while (positions.length < events) positions.push(...(await reader.next())!.map(({ position }) => Number(position)));
  return positions;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('readers of one log', () => {
  test('share a subscription, each at its own pace, and nobody misses or sees twice anything', async () => {
    const { open, reader, grow } = log(25);
    const [fast, slow] = [reader(0), reader(0, 7)];
    expect(await read(fast, 25)).toEqual(numbers(1, 25));
    expect(await read(slow, 14)).toEqual(numbers(1, 14));
    const waiting = read(fast, 5);
    grow(5);
    expect(await waiting).toEqual(numbers(26, 30));
    expect(await read(slow, 16)).toEqual(numbers(15, 30));
    expect([open.size, fast.drained, slow.drained]).toEqual([1, true, true]);
  });

  test('who waits hears also of what another has taken before it could be told of', async () => {
    const { reader, grow } = log(5);
    const [one, other] = [reader(0), reader(0)];
    await Promise.all([read(one, 5), read(other, 5)]);
    const waiting = read(one, 3);
    await Promise.resolve();
    grow(3);
    expect(await read(other, 3)).toEqual(numbers(6, 8));
    expect(await waiting).toEqual(numbers(6, 8));
  });

  test('who is somewhere else reads by itself, and joins the others where it meets them', async () => {
    const { open, reader, grow } = log(30);
    const ahead = reader(20);
    expect(await read(ahead, 10)).toEqual(numbers(21, 30));
    const behind = reader(5);
    expect(open.size).toBe(2);
    expect(await read(behind, 25)).toEqual(numbers(6, 30));
    grow(2);
    expect(await Promise.all([read(behind, 2), read(ahead, 2)])).toEqual([numbers(31, 32), numbers(31, 32)]);
    expect([...open].map(({ after }) => after)).toEqual([20]);
  });

  test('who falls too far behind goes on by itself: nobody waits for it', async () => {
    const { open, reader } = log(10_000);
    const [fast, slow] = [reader(0, 500), reader(0, 10)];
    expect(await read(slow, 10)).toEqual(numbers(1, 10));
    expect(await read(fast, 10_000)).toHaveLength(10_000);
    expect(await read(slow, 20)).toEqual(numbers(11, 30));
    expect([...open].map(({ after }) => after)).toEqual([0, 10]);
    expect((await read(slow, 9_970)).at(-1)).toBe(10_000);
    expect(open.size).toBe(1);
  });

  test('a failure reaches each of them, behind what came before it; the next reader subscribes anew', async () => {
    const { open, reader } = log(3);
    const [one, other] = [reader(0), reader(0)];
    await read(one, 3);
    const waiting = one.next();
    await Promise.resolve();
    [...open][0]!.fail(new Error('dropped'));
    await expect(waiting).rejects.toThrow('dropped');
    one.end();
    const next = reader(3);
    expect(open.size).toBe(2);
    expect(await read(other, 3)).toEqual(numbers(1, 3));
    // Where it is now, another one goes on.
    other.end();
    next.end();
    expect(open.size).toBe(0);
  });

  test('who is told to stop is given no more, and the others go on', async () => {
    const { open, reader, grow } = log(3);
    const stopping = new AbortController();
    const [stopped, other] = [reader(0, 10, stopping.signal), reader(0)];
    await read(stopped, 3);
    const waiting = stopped.next();
    stopping.abort();
    expect(await waiting).toBeUndefined();
    stopped.end();
    grow(1);
    expect(await read(other, 4)).toEqual(numbers(1, 4));
    other.end();
    expect(open.size).toBe(0);
  });
});
