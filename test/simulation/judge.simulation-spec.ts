import { beforeAll, describe, expect, test } from '@jest/globals';
import { endOfDay, plusDays } from '#kernel';
import type { LedgerEntry } from './control.ts';
import type { CustomerEnding, Ending } from './ending.ts';
import { judge } from './judge/index.ts';
import { ordersOf } from './judge/orders.ts';
import { lifeOf, runOf } from './seeds.ts';

const MOST_MS = 300_000;

/** A judge that finds nothing proves nothing unless it finds what is wrong: one run, and what each fault would leave behind. */
describe('the judge', () => {
  let ending: Ending;
  let mover: CustomerEnding;

  beforeAll(async () => {
    ending = await lifeOf(runOf(5, 8), 'undisturbed');
    mover = ending.customers.find(({ migration, truth }) => migration.completedAt && truth.withdrawn === null)!;
  }, MOST_MS);

  const withMover = (change: Partial<CustomerEnding>): Ending => ({
    ...ending,
    customers: ending.customers.map((customer) => (customer === mover ? { ...customer, ...change } : customer)),
  });
  const rowsOf = (kind: LedgerEntry['kind']): readonly LedgerEntry[] => mover.ledger.filter((row) => row.kind === kind);

  test('finds nothing where all went well', () => {
    expect(judge(ending)).toEqual([]);
  });

  test('finds seats that were bought twice', () => {
    const order = rowsOf('order').find(({ orderId }) => orderId === ordersOf(mover)[0]!.orderId)!;
    const again = { ...order, seq: order.seq + 0.5, orderId: 'a second one' };
    expect(judge(withMover({ ledger: [...mover.ledger, again] }))).toEqual([
      expect.stringContaining('was bought for no line, or for one a second time'),
    ]);
  });

  test('finds seats that were never bought, and the gap that this leaves', () => {
    const found = judge(withMover({ ledger: mover.ledger.filter(({ kind }) => kind !== 'order' && kind !== 'subscription') }));
    expect(found).toContainEqual(expect.stringContaining('the ledger has no order for it'));
    expect(found).toContainEqual(expect.stringContaining('a gap that goes on too long'));
  });

  test('finds an order before the customer accepted', () => {
    const ledger = mover.ledger.map((row) => (row.kind === 'order' ? { ...row, at: plusDays(mover.customer.registeredAt, -1) } : row));
    expect(judge(withMover({ ledger }))).toContainEqual(expect.stringContaining('but the customer accepted'));
  });

  test('finds a target that came too late although there was time', () => {
    const tooLate = plusDays(endOfDay(mover.migration.lines[0]!.termEnd), 1);
    const ledger = mover.ledger.map((row) => (row.kind === 'subscription' ? { ...row, at: tooLate } : row));
    expect(judge(withMover({ ledger }))).toContainEqual(expect.stringContaining('an avoidable gap'));
  });

  test('finds a user whose license was written for nothing', () => {
    const write: LedgerEntry = {
      seq: 1,
      at: ending.at,
      customer: mover.customer.tenant,
      kind: 'license',
      status: 'completed',
      userId: 'a user',
      add: [],
      remove: ['another SKU'],
    };
    expect(judge(withMover({ ledger: [...mover.ledger, write] }))).toEqual([expect.stringContaining('for no line that moves users')]);
  });

  test('finds a customer that was told too early that the original may end', () => {
    const mails = mover.mails.map((mail) =>
      mail.kind === 'original-may-end' ? { ...mail, at: plusDays(mover.customer.registeredAt, -1) } : mail,
    );
    expect(judge(withMover({ mails }))).toContainEqual(expect.stringContaining('and the target became active'));
  });

  test('finds a message that is lost', () => {
    const [event] = ending.handedOver.values();
    const handedOver = new Map(ending.handedOver).set('urn:crm lost', event!);
    expect(judge({ ...ending, handedOver })).toEqual(['message urn:crm lost is neither applied nor parked']);
  });

  test('finds rows that are not what the log says, and work that nobody does', () => {
    const found = judge(
      withMover({
        stored: undefined,
        toDos: [{ ...ending.customers.flatMap(({ toDos }) => toDos)[0]!, id: 'forgotten', dueAt: mover.customer.registeredAt }],
      }),
    );
    expect(found).toContainEqual(expect.stringContaining('the read model is not what the log says'));
    expect(found).toContainEqual(expect.stringContaining('due and not done: forgotten'));
  });
});
