import { describe, expect, test } from '@jest/globals';
import { plusDays } from '#kernel';
import { START, World } from './world-for-spec.ts';

/** Invited on the first day; then nothing runs until so many days later. */
async function afterOutage(days: number): Promise<World> {
  const world = new World();
  await world.register([{}]);
  await world.runUntil(START);
  world.now = plusDays(START, days);
  await world.runUntil(world.now);
  return world;
}

const mailsOf = ({ outside }: World): readonly string[] => [...outside.mails.values()].map(({ kind }) => kind);

describe('after an outage', () => {
  test('one reminder stands for all days that passed, and the next one comes on its day', async () => {
    const world = await afterOutage(16);
    expect(mailsOf(world)).toEqual(['invitation', 'reminder']);
    await world.runUntil(plusDays(START, 20));
    expect(mailsOf(world)).toHaveLength(2);
    await world.runUntil(plusDays(START, 21));
    expect(mailsOf(world)).toHaveLength(3);
  });

  test('no reminder goes out where the invitation lapses as well', async () => {
    const world = await afterOutage(31);
    expect(mailsOf(world)).toEqual(['invitation']);
    expect(await world.eventTypes()).toContain('invitation-lapsed');
  });
});
