import { describe, expect, test } from '@jest/globals';
import type { CheckedRow } from '#imports';
import { CUSTOMER, NOW, ORIGINAL, customer, line, relationship, setUp } from '../intake/intake-for-spec.ts';

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
