import { expect, test } from '@jest/globals';
import type { Instant, Position } from '#kernel';
import { type ClockParticipant, CommittedPositions, createDrivenClock } from '#event-sourcing';
import { inSettlingOrder, messagesParticipant, readModelsParticipant } from './working-participants.ts';

const START = '2026-12-01T08:00:00.000Z' as Instant;
const never = (): Promise<undefined> => Promise.resolve(undefined);
const idle: ClockParticipant = { name: 'idle', nextDue: never, settle: () => Promise.resolve(false) };

test('what a message did that was handled while the round went on is in the read models when the clock has moved', async () => {
  const positions = new CommittedPositions(() => new Promise(() => undefined));
  let head = 0n as Position;
  const store = {
    head() {
      const now = head;
      // The read models follow a moment later than whoever asks for the head.
      setImmediate(() => positions.advance(now));
      return Promise.resolve(now);
    },
  };
  // The message is handled, and its offset committed, just when it is asked for.
  const consumer = {
    lag() {
      head = 7n as Position;
      return Promise.resolve(0n);
    },
    caughtUp: () => Promise.resolve(),
  };
  const clock = await createDrivenClock({ start: START });
  const participants = inSettlingOrder({
    messages: messagesParticipant(() => [consumer]),
    imports: idle,
    readModels: readModelsParticipant(store, positions),
    toDos: idle,
  });
  for (const participant of participants) clock.register(participant);
  await clock.advanceTo(START);
  expect(positions.current).toBe(7n);
});
