import { expect, test } from '@jest/globals';
import type { Admin } from 'kafkajs';
import { GroupOffsets } from './group-offsets.ts';
import { ReplaceableClient } from './replaceable-client.ts';

test('an admin client is asked about topics one at a time, whoever asks', async () => {
  let asking = 0;
  let mostAtOnce = 0;
  async function answers<Answer>(answer: Answer): Promise<Answer> {
    asking += 1;
    mostAtOnce = Math.max(mostAtOnce, asking);
    await new Promise((resolve) => setImmediate(resolve));
    asking -= 1;
    return answer;
  }
  const admin = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    fetchTopicOffsets: () => answers([{ partition: 0, offset: '7', high: '7', low: '2' }]),
    fetchTopicMetadata: () => Promise.resolve({ topics: [] }),
    fetchOffsets: ({ topics }: { readonly topics: readonly string[] }) =>
      answers(topics.map((topic) => ({ topic, partitions: [{ partition: 0, offset: '5' }] }))),
  };
  const client = new ReplaceableClient(() => admin as unknown as Admin);
  const [both, one] = [new GroupOffsets(client, 'g', ['a', 'b']), new GroupOffsets(client, 'g', ['c'])];
  expect(await Promise.all([both.lag(), one.lag(), both.lag()])).toEqual([4n, 2n, 4n]);
  expect(mostAtOnce).toBe(1);
});
