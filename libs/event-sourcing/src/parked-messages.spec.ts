import { describe, expect, test } from '@jest/globals';
import { createCommandLoop } from './command-loop.ts';
import { frozenClock } from './counter-for-spec.ts';
import { specify } from './given-when-then.ts';
import { SpecLog } from './log-for-spec.ts';
import { createMessageIntake } from './message-intake.ts';
import type { MessageOutcome } from './message-intake.ts';
import { BEHIND_PARKED, parkedMessageId, parking, parkingSchemas } from './parked-messages.ts';
import type { Message, MessageParked, ParkingEvent } from './parked-messages.ts';
import { defineEventSchemas } from './schema-registry.ts';

const message = (id: string, key = 'k'): Message => ({
  id,
  key,
  source: 'spec',
  type: 'x',
  occurredAt: frozenClock.now(),
  payload: { id },
});
const idOf = (id: string) => parkedMessageId(message(id));
const parked = (id: string, reason = 'unknown-customer'): MessageParked => ({
  type: 'message.parked.v1',
  data: { message: message(id), reason, detail: 'd' },
});

describe('parking', () => {
  const { given } = specify(parking);

  test('parks once, unless the reason has changed', () => {
    const park = (reason: string) => ({ kind: 'park', message: message('1'), reason, detail: 'd' }) as const;
    given().when(park('unknown-customer')).then(parked('1'));
    given(parked('1')).when(park('unknown-customer')).thenNothing();
    given(parked('1')).when(park('malformed')).then(parked('1', 'malformed'));
  });

  test('a changed reason keeps the place', () => {
    given(parked('1'), parked('2'), parked('1', 'malformed'))
      .when({ kind: 'release', messageId: 'none', outcome: 'applied' })
      .thenState(({ waiting }) =>
        expect(waiting.map(({ messageId, reason }) => [messageId, reason])).toEqual([
          [idOf('1'), 'malformed'],
          [idOf('2'), 'unknown-customer'],
        ]),
      );
  });

  test('releases what waits, once', () => {
    const release = { kind: 'release', messageId: idOf('1'), outcome: 'applied' } as const;
    const released = { type: 'message.released.v1', data: { messageId: idOf('1'), outcome: 'applied' } } as const;
    given(parked('1')).when(release).then(released);
    given(parked('1'), released).when(release).thenNothing();
  });
});

describe('message intake', () => {
  function setUp() {
    const store = new SpecLog();
    const schemas = defineEventSchemas<ParkingEvent>(parkingSchemas);
    const unusable = new Map<string, string>();
    const applied: string[] = [];
    let whileApplying: () => void = () => undefined;
    const apply = ({ id }: Message): Promise<MessageOutcome> => {
      const reason = unusable.get(id);
      whileApplying();
      if (reason) return Promise.resolve({ kind: 'unusable', reason, detail: `${id} is ${reason}` });
      if (!applied.includes(id)) applied.push(id);
      return Promise.resolve({ kind: 'applied' });
    };
    const parkings = createCommandLoop({ store, decider: parking, schemas, clock: frozenClock });
    const waiting = async (key = 'k') =>
      (await parkings.load(`parked-${key}`))?.state.waiting.map(({ message: { id }, reason }) => [id, reason]) ?? [];
    const meanwhile = (work: () => void) => (whileApplying = work);
    return { intake: createMessageIntake({ parkings, apply }), unusable, applied, waiting, store, meanwhile };
  }

  test('what follows a parked message of the same key is parked behind it, other keys go on', async () => {
    const { intake, unusable, applied, waiting } = setUp();
    unusable.set('2', 'unknown-customer');
    expect(await intake.receive(message('1'))).toBe('applied');
    expect(await intake.receive(message('2'))).toBe('parked');
    expect(await intake.receive(message('3'))).toBe('parked');
    expect(await intake.receive(message('other', 'l'))).toBe('applied');
    expect(applied).toEqual(['1', 'other']);
    expect(await waiting()).toEqual([
      ['2', 'unknown-customer'],
      ['3', BEHIND_PARKED],
    ]);
  });

  test('a message delivered again while it waits is not parked twice', async () => {
    const { intake, unusable, store } = setUp();
    unusable.set('1', 'unknown-customer');
    await intake.receive(message('1'));
    await intake.receive(message('2'));
    const before = store.events.length;
    await intake.receive(message('1'));
    await intake.receive(message('2'));
    expect(store.events).toHaveLength(before);
  });

  test('replay goes in order, in chunks, and stops at the first that still cannot be applied', async () => {
    const { intake, unusable, applied, waiting } = setUp();
    unusable.set('1', 'unknown-customer').set('4', 'malformed');
    for (const id of ['1', '2', '3', '4', '5']) await intake.receive(message(id));
    unusable.delete('1');
    expect(await intake.replay('k', 2)).toEqual({ applied: 2, waiting: 3 });
    expect(await intake.replay('k')).toMatchObject({
      applied: 1,
      waiting: 2,
      stoppedBy: { messageId: idOf('4'), reason: 'malformed', detail: '4 is malformed' },
    });
    expect(await waiting()).toEqual([
      ['4', 'malformed'],
      ['5', BEHIND_PARKED],
    ]);
    expect(await intake.discard('k', idOf('4'), 'person:ops', 'sent by mistake')).toBe(true);
    expect(await intake.discard('k', idOf('4'), 'person:ops', 'sent by mistake')).toBe(false);
    expect(await intake.replay('k')).toEqual({ applied: 1, waiting: 0 });
    expect(applied).toEqual(['1', '2', '3', '5']);
    expect(await intake.receive(message('6'))).toBe('applied');
  });

  test('a message that is parked, released and parked once more waits again', async () => {
    const { intake, unusable, waiting } = setUp();
    unusable.set('1', 'unknown-customer');
    await intake.receive(message('1'));
    await intake.discard('k', idOf('1'), 'person:ops', 'mistake');
    await intake.receive(message('1'));
    expect(await waiting()).toEqual([['1', 'unknown-customer']]);
  });

  test('what was missing and came while the message was being parked is not missed', async () => {
    const { intake, unusable, applied, meanwhile } = setUp();
    unusable.set('1', 'unknown-customer');
    meanwhile(() => unusable.delete('1'));
    expect(await intake.receive(message('1'))).toBe('applied');
    expect(applied).toEqual(['1']);
  });

  test('a crash between applying and releasing applies once more, which changes nothing', async () => {
    const { intake, unusable, applied, store, waiting } = setUp();
    unusable.set('1', 'unknown-customer');
    await intake.receive(message('1'));
    unusable.clear();
    store.aroundNextAppend = () => {
      throw new Error('killed');
    };
    await expect(intake.replay('k')).rejects.toMatchObject({ code: 'unconfirmed-append' });
    expect(await intake.replay('k')).toEqual({ applied: 1, waiting: 0 });
    expect(applied).toEqual(['1']);
    expect(await waiting()).toEqual([]);
  });

  test('messages of one key received at once keep their order', async () => {
    const { intake, unusable, waiting } = setUp();
    unusable.set('0', 'unknown-customer');
    await Promise.all(Array.from({ length: 10 }, (_, index) => intake.receive(message(String(index)))));
    expect((await waiting()).map(([id]) => id)).toEqual(Array.from({ length: 10 }, (_, index) => String(index)));
  });
});
