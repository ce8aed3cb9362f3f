import { describe, expect, test } from '@jest/globals';
import { type EventToAppend, derivedId } from '#kernel';
import type { CheckedRow } from '#imports';
import { type MigrationCommand, migrationEvent, migrationIdOf, migrationStreamOf, stageOf } from '#migration';
import { CUSTOMER, NOW, ORIGINAL, PARTNER, SKU, customer, line, relationship, setUp } from '../intake/intake-for-spec.ts';

const { target: _, ...original } = line;
const named = { customerTenantId: CUSTOMER, customerName: 'Contoso', customerDomain: 'contoso.com', country: 'US' };

function row(n: number, more: Partial<CheckedRow> = {}): CheckedRow {
  return {
    row: n,
    line: n + 1,
    ...named,
    original: { ...original, originalSubscriptionId: `${ORIGINAL.slice(0, -2)}${String(n).padStart(2, '0')}` },
    ...more,
  };
}

describe('registering a customer', () => {
  test('a repeated registration is answered like the first; another one meets the open migration', async () => {
    const { register, store } = setUp();
    const first = await register('c1');
    expect(first).toMatchObject({ kind: 'registered', repeated: false });
    expect(await register('c1')).toMatchObject({
      kind: 'registered',
      repeated: true,
      migrationId: first.kind === 'registered' ? first.migrationId : '',
    });
    expect(await register('c2')).toMatchObject({ kind: 'open', migrationId: first.kind === 'registered' ? first.migrationId : '' });
    expect(await store.readAll()).toHaveLength(1);
  });

  test('a closed migration is followed by a new one, and the old registration still answers with the old', async () => {
    const { register, request, intake } = setUp();
    const first = await register('c1');
    await request();
    await intake.receive(relationship('e', 'declined', NOW));
    const second = await register('c2');
    expect(second.kind).toBe('registered');
    expect(second).not.toMatchObject({ migrationId: first.kind === 'registered' ? first.migrationId : '' });
    expect(await register('c1')).toMatchObject({ repeated: true, migrationId: first.kind === 'registered' ? first.migrationId : '' });
  });

  test('an original given twice is refused with its code', async () => {
    const { register } = setUp();
    expect(await register('c1', [line, line])).toMatchObject({ kind: 'refused', refusal: { code: 'original-registered-twice' } });
  });

  test('two at the same moment make one migration', async () => {
    const { register, store } = setUp();
    const results = await Promise.all([register('c1'), register('c2')]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['open', 'registered']);
    expect(await store.readAll()).toHaveLength(1);
  });
});

describe('a customer that is registered anew', () => {
  const [FIRST, SECOND] = [0, 1].map((generation) => migrationIdOf(PARTNER, CUSTOMER, generation)) as [string, string];
  type Process = ReturnType<typeof setUp>;

  const askAgain: MigrationCommand = { type: 'RequestReseller', at: NOW };

  function give({ commands }: Process, command: MigrationCommand, id: string) {
    return commands.execute(migrationStreamOf(FIRST), { id, command, actor: 'person:spec', correlationId: 'c' });
  }

  async function declined(): Promise<Process> {
    const world = setUp();
    await world.register('c1');
    await give(world, askAgain, 'asked first');
    await world.intake.receive(relationship('e', 'declined', NOW));
    return world;
  }

  const withdrawn: EventToAppend = {
    eventId: derivedId('spec', 'withdrawn'),
    ...migrationEvent('migration.withdrawn.v1', { at: NOW, reason: 'stays' }),
    metadata: { occurredAt: NOW, recordedAt: NOW, actor: 'person:spec', correlationId: 'c', causationId: 'c' },
  };

  async function stages({ commands }: Process): Promise<readonly (string | undefined)[]> {
    const loaded = await Promise.all([FIRST, SECOND].map((id) => commands.load(migrationStreamOf(id))));
    return loaded.map((migration) => (migration?.state ? stageOf(migration.state) : undefined));
  }

  test('leaves nothing by which the old migration could be revived beside the new one', async () => {
    const world = await declined();
    await world.register('c2');
    expect(await give(world, askAgain, 'a')).toMatchObject({
      kind: 'refused',
      refusal: { code: 'superseded', detail: expect.stringContaining(SECOND) },
    });
    const look: MigrationCommand = { type: 'RecordAcceptance', at: NOW, occurredAt: NOW, key: 'directory:1' };
    expect(await give(world, look, 'b')).toMatchObject({ kind: 'refused', refusal: { code: 'superseded' } });
    expect(await world.intake.receive(relationship('f', 'accepted', NOW))).toBe('applied');
    expect(await stages(world)).toEqual(['declined', 'accepted']);
  });

  /** Lets another process act just before the next append with an event of a type. */
  function interrupt({ store }: Process, type: string, act: (other: Process) => Promise<unknown>): void {
    const append = store.append.bind(store);
    store.append = async (streamId, expected, events: readonly EventToAppend[]) => {
      if (events.some((event) => event.type === type)) {
        store.append = append;
        await act(setUp(store));
      }
      return append(streamId, expected, events);
    };
  }

  test('at the moment in which the old migration is asked again, has one of the two: the old one', async () => {
    const world = await declined();
    interrupt(world, 'migration.superseded.v1', (other) => give(other, askAgain, 'a'));
    expect(await world.register('c2')).toMatchObject({ kind: 'open', migrationId: FIRST });
    expect(await stages(world)).toEqual(['requested', undefined]);
  });

  test('or the new one', async () => {
    const world = await declined();
    interrupt(world, 'migration.reseller-requested.v1', (other) => other.register('c2'));
    expect(await give(world, askAgain, 'a')).toMatchObject({ kind: 'refused', refusal: { code: 'superseded' } });
    expect(await stages(world)).toEqual(['declined', 'registered']);
  });

  test('goes on where a registration broke off, and so do the messages that came in between', async () => {
    const world = await declined();
    let down = true;
    const append = world.store.append.bind(world.store);
    world.store.append = (streamId, expected, events) =>
      down && streamId === migrationStreamOf(SECOND) ? Promise.reject(new Error('killed')) : append(streamId, expected, events);
    await expect(world.register('c2')).rejects.toThrow();
    expect(await world.intake.receive(relationship('f', 'accepted', NOW))).toBe('parked');
    expect(await give(world, askAgain, 'a')).toMatchObject({ kind: 'refused', refusal: { code: 'superseded' } });
    down = false;
    expect(await world.register('c2')).toMatchObject({ kind: 'registered', repeated: false, migrationId: SECOND });
    expect(await stages(world)).toEqual(['declined', 'accepted']);
    expect(await world.waitingIn()).toEqual([]);
  });

  test('with lines that cannot be registered, keeps the old migration as it is', async () => {
    const world = await declined();
    expect(await world.register('c2', [line, line])).toMatchObject({ kind: 'refused', refusal: { code: 'original-registered-twice' } });
    expect((await give(world, askAgain, 'a')).kind).toBe('applied');
  });

  test.each(['already-ordered', 'purchase-open'] as const)(
    'cannot bring an original whose target an earlier migration has, or may have, ordered: %s',
    async (code) => {
      const world = setUp();
      await world.register('c1');
      const target = {
        ...{
          catalogItem: 'CFQ7TTC0LF8R:0001:CFQ7TTC0K971',
          skuId: line.skuId,
          seats: 5,
          minimumSeats: 1,
          maximumSeats: 300,
          seatPool: null,
        },
        ...{ termDuration: 'P1Y', billingCycle: 'monthly', monthlyPrice: 20, currency: 'USD' },
      };
      const at = NOW;
      const orders = [{ orderId: 'order-1', lineNumbers: [0] }];
      const life: readonly MigrationCommand[] = [
        { type: 'ChooseTarget', at, originalSubscriptionId: ORIGINAL, target },
        { type: 'RecordAcceptance', at, occurredAt: at, key: 'm' },
        { type: 'ProvisionSubscription', at, originalSubscriptionId: null, notBefore: null },
        { type: 'StartPurchase', at, freshCatalogItems: { [ORIGINAL]: target.catalogItem } },
        { type: 'RecordCartCreated', at, attempt: 1, cartId: 'cart-1' },
      ];
      const outcome: MigrationCommand = { type: 'RecordPurchaseOutcome', at, attempt: 1, cartId: 'cart-1', orders, failedLines: [] };
      const told = code === 'already-ordered' ? [...life, outcome] : life;
      for (const [index, command] of told.entries()) expect((await give(world, command, `life ${index}`)).kind).toBe('applied');
      await world.store.append(migrationStreamOf(FIRST), 'any', [withdrawn]);
      expect(await world.register('c2')).toMatchObject({
        kind: 'refused',
        refusal: { code, detail: expect.stringContaining(code === 'already-ordered' ? 'order-1' : 'cart-1') },
        migrationId: FIRST,
      });
      expect(await world.register('c3', [{ ...line, originalSubscriptionId: SKU }])).toMatchObject({
        kind: 'registered',
        migrationId: SECOND,
      });
    },
  );
});

describe('rows of an import', () => {
  test('register a customer, and add to it from elsewhere in the file', async () => {
    const { registration, latest } = setUp();
    const target = registration.importTarget('i1', false);
    const outcomes = await target.register({ ...named, contactEmail: 'a@contoso.com', wave: 'w1' }, [row(1), row(2)]);
    expect(outcomes).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    expect(await target.register(named, [row(9)])).toMatchObject([{ outcome: 'accepted' }]);
    expect(await latest()).toMatchObject({ contactEmail: 'a@contoso.com', wave: 'w1', lines: [{}, {}, {}] });
  });

  test('the very same rows again answer as the first time and change nothing', async () => {
    const { registration, store } = setUp();
    const target = registration.importTarget('i1', false);
    const calls = [() => target.register(named, [row(1), row(2)]), () => target.register(named, [row(3), row(1, { row: 4 })])];
    const first = [await calls[0]!(), await calls[1]!()];
    expect(first[1]).toMatchObject([{ outcome: 'accepted' }, { outcome: 'duplicate' }]);
    const written = (await store.readAll()).length;
    expect([await calls[0]!(), await calls[1]!()]).toEqual(first);
    expect(await store.readAll()).toHaveLength(written);
  });

  test('another import meets duplicates, told with what differs, whatever became of the migration', async () => {
    const { registration, request, intake } = setUp();
    await registration.importTarget('i1', false).register(named, [row(1)]);
    await request();
    await intake.receive(relationship('e', 'declined', NOW));
    const outcomes = await registration
      .importTarget('i2', false)
      .register(named, [row(1), row(1, { original: { ...row(1).original, seats: 9 } })]);
    expect(outcomes).toMatchObject([
      { outcome: 'duplicate', code: 'already-registered', column: null },
      { outcome: 'duplicate', column: 'seats', hint: expect.stringContaining('another seats') },
    ]);
  });

  test('a customer that differs from the registered one is rejected with the column', async () => {
    const { registration } = setUp();
    await registration.importTarget('i1', false).register(named, [row(1)]);
    const outcomes = await registration
      .importTarget('i2', false)
      .register({ ...named, customerName: 'Kontoso' }, [row(2, { customerName: 'Kontoso' })]);
    expect(outcomes).toMatchObject([
      { outcome: 'rejected', code: 'customer-differs', column: 'customer_name', hint: expect.stringContaining('"Contoso"') },
    ]);
  });

  test('a dry run says the same and writes nothing', async () => {
    const { registration, store } = setUp();
    const dry = registration.importTarget('i1', true);
    expect(await dry.register(named, [row(1)])).toEqual([{ outcome: 'accepted' }]);
    expect(await store.readAll()).toHaveLength(0);
    await registration.importTarget('i2', false).register(named, [row(1)]);
    expect(await dry.register(named, [row(1), row(2)])).toMatchObject([{ outcome: 'duplicate' }, { outcome: 'accepted' }]);
  });

  test('two imports with the same customer at the same moment account for every row', async () => {
    const { registration, latest } = setUp();
    const outcomes = await Promise.all(
      ['i1', 'i2', 'i3'].map((id) =>
        registration.importTarget(id, false).register({ ...customer, contactEmail: 'x@y.z', wave: 'w' }, [row(1), row(2)]),
      ),
    );
    expect(
      outcomes
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['accepted', 'accepted', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
    expect((await latest())?.lines).toHaveLength(2);
  });
});
