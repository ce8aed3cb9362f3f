import { afterEach, describe, expect, test } from '@jest/globals';
import { type Answer, type FakeService, type Routes, problem, startFakeService } from '../a-service-for-spec.ts';
import { type Ran, type RunOptions, cutover } from '../a-terminal-for-spec.ts';
import { MIGRATION, SUMMARY } from '../shapes-for-spec.ts';

let service: FakeService | undefined;
afterEach(async () => service?.stop());

async function run(args: readonly string[], routes: Routes, options: Omit<RunOptions, 'url'> = {}): Promise<Ran> {
  service = await startFakeService({
    'GET /v1/migrations': () => ({ body: { items: [SUMMARY], nextCursor: null } }),
    [`GET /v1/migrations/${SUMMARY.id}`]: () => ({ body: MIGRATION }),
    ...routes,
  });
  return cutover(args, { url: service.url, ...options });
}

function written(): readonly (readonly [string, unknown])[] {
  return service!.asked.filter(({ method }) => method !== 'GET').map(({ path, body }) => [path, JSON.parse(body) as unknown]);
}

const ORIGINAL = MIGRATION.lineItems[0]!.originalSubscriptionId;

describe('commands about one migration', () => {
  const answering = (path: string): Routes => ({
    [`POST /v1/migrations/${SUMMARY.id}/${path}`]: () => ({ body: { ...MIGRATION, onHold: path === 'hold', version: 15 } }),
  });

  test.each([
    [['request', 'hansa-mobel.example'], 'request-reseller', {}],
    [['accept', 'hansa-mobel.example', '--accepted-at', '2027-01-02'], 'record-acceptance', { acceptedAt: '2027-01-02T00:00:00Z' }],
    [
      ['hold', 'Hansa Möbel GmbH', '--reason', 'Budget', '--until', '2027-06-01T08:00:00Z'],
      'hold',
      { reason: 'Budget', until: '2027-06-01T08:00:00Z' },
    ],
    [['resume', SUMMARY.id], 'resume', {}],
    [['withdraw', SUMMARY.id, '--reason', 'Left'], 'withdraw', { reason: 'Left' }],
    [['provision', SUMMARY.id], 'provision', {}],
    [
      ['provision', SUMMARY.id, '--line', ORIGINAL, '--not-before', '2027-05-01'],
      'provision',
      { originalSubscriptionId: ORIGINAL, notBefore: '2027-05-01T00:00:00Z' },
    ],
    [['retry', SUMMARY.id], 'retry', {}],
    [
      ['choose-target', SUMMARY.id, '--catalog-item', 'CFQ7TTC0LFLZ:0002', '--seats', '60'],
      'choose-target',
      { originalSubscriptionId: ORIGINAL, catalogItem: 'CFQ7TTC0LFLZ:0002', seats: 60 },
    ],
    [
      ['choose-original-end', SUMMARY.id, '--by', 'cancellation', '--acknowledge-no-refund'],
      'choose-original-end',
      { originalSubscriptionId: ORIGINAL, by: 'cancellation', acknowledgeNoRefund: true },
    ],
  ])('%p', async (args, path, body) => {
    const { out, exitCode } = await run(args, answering(path), { env: { USER: 'ada' } });
    expect(exitCode).toBe(0);
    expect(out).toContain('Hansa Möbel GmbH is overlapping');
    expect(written()).toEqual([[`/v1/migrations/${SUMMARY.id}/${path}`, body]]);
    expect(service!.asked.at(-1)!.headers).toMatchObject({ 'idempotency-key': 'cutover-run-1-1', 'x-actor': 'ada' });
  });

  test('say what they did', async () => {
    expect((await run(['hold', SUMMARY.id, '--reason', 'Budget'], answering('hold'))).out).toBe(
      '✓ It is on hold: Hansa Möbel GmbH is overlapping, on hold (version 15)\n',
    );
  });

  test('only at a version', async () => {
    const stale = () => problem(412, 'revision-stale', 'It is at revision 15 by now.');
    const { err, exitCode } = await run(['resume', SUMMARY.id, '--if-version', '14'], {
      [`POST /v1/migrations/${SUMMARY.id}/resume`]: stale,
    });
    expect(service!.asked.at(-1)!.headers['if-match']).toBe('"14"');
    expect(err).toContain('look at it again with cutover show');
    expect(exitCode).toBe(1);
  });

  test('a refusal says what to do next', async () => {
    const refused = () => problem(409, 'no-refund-not-acknowledged', 'A cancellation forfeits 120 days.');
    const { err, exitCode } = await run(['choose-original-end', SUMMARY.id, '--by', 'cancellation'], {
      [`POST /v1/migrations/${SUMMARY.id}/choose-original-end`]: refused,
    });
    expect(err).toBe(
      [
        '✗ No refund not acknowledged (409 no-refund-not-acknowledged)',
        '  A cancellation forfeits 120 days.',
        '  → Add --acknowledge-no-refund if that is wanted; to let it expire costs nothing: --by expiry.',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
  });

  test('with several lines, the line has to be named', async () => {
    const two = { ...MIGRATION, lineItems: [...MIGRATION.lineItems, { ...MIGRATION.lineItems[0]!, originalSubscriptionId: 'other' }] };
    const { err, exitCode } = await run(['choose-original-end', SUMMARY.id, '--by', 'expiry'], {
      [`GET /v1/migrations/${SUMMARY.id}`]: () => ({ body: two }),
    });
    expect(err).toContain('has 2 lines: say which with --line');
    expect(err).toContain(`${ORIGINAL}  Microsoft 365 E3, 53 seats`);
    expect(exitCode).toBe(64);
    expect(written()).toEqual([]);
  });
});

describe('bulk', () => {
  const ROUTES: Routes = {
    'POST /v1/bulk/hold': ({ body }) =>
      (JSON.parse(body) as { preview?: boolean }).preview ? { body: { count: 3 } } : { status: 202, body: { bulkId: 'b1' } },
    'GET /v1/bulk/b1': () => ({
      body: {
        state: 'done',
        results: [
          { id: 'm1', status: 200 },
          { id: 'm2', status: 409, code: 'migration-completed' },
          { id: 'm3', status: 200 },
        ],
      },
    }),
  };
  const HOLD = ['bulk', 'hold', '--wave', 'pilot', '--stage', 'requested', '--reason', 'Freeze'];

  test('counts only, with --preview', async () => {
    const { out, exitCode } = await run([...HOLD, '--preview'], ROUTES);
    expect(out).toBe('3 migrations would get: hold\n');
    expect(exitCode).toBe(0);
    expect(written()).toEqual([
      ['/v1/bulk/hold', { filter: { stage: ['requested'], wave: 'pilot' }, body: { reason: 'Freeze' }, preview: true }],
    ]);
  });

  test('tells what became of each, and that not all were done', async () => {
    const { out, exitCode } = await run([...HOLD, '--yes'], ROUTES);
    expect(out).toBe('2 migrations done, 1 refused\n\nMIGRATION  STATUS  CODE\nm2         409     migration-completed\n');
    expect(exitCode).toBe(2);
  });

  test('asks first where somebody can answer, and does nothing unless it is a yes', async () => {
    const asked: string[] = [];
    const { err, exitCode } = await run(HOLD, ROUTES, { confirm: async (question) => asked.push(question) > 1 });
    expect(asked).toEqual(['hold for 3 migrations?']);
    expect(err).toBe('Nothing was done.\n');
    expect(exitCode).toBe(0);
    expect(written()).toHaveLength(1);
  });

  test('wants --yes where nobody can', async () => {
    expect(await run(HOLD, ROUTES)).toMatchObject({
      exitCode: 64,
      err: '✗ 3 migrations would get hold: add --yes to do it, or --preview to count only\n',
    });
  });

  test('without a filter asks the service nothing', async () => {
    expect(await run(['bulk', 'resume', '--yes'], ROUTES)).toMatchObject({ exitCode: 64 });
    expect(service!.asked).toEqual([]);
  });
});

describe('dead letters', () => {
  const LETTERS: Routes = {
    'GET /v1/dead-letters': () => ({
      body: {
        items: [
          {
            id: 'd/1',
            key: 'k',
            reason: 'customer-unknown',
            detail: 'Not registered yet.',
            parkedAt: '2027-05-05T10:30:00.000Z',
            message: {},
          },
        ],
        nextCursor: null,
      },
    }),
    'POST /v1/dead-letters/d%2F1/replay': () => ({ body: { applied: 1, waiting: 0, stoppedBy: null } }),
  };

  test('are listed', async () => {
    expect((await run(['dead-letters'], LETTERS)).out).toBe(
      'ID   SINCE              REASON            DETAIL               KEY\nd/1  2027-05-05 10:30Z  customer-unknown  Not registered yet.  k\n',
    );
  });

  test('are replayed, one or all', async () => {
    for (const which of ['d/1', '--all']) {
      expect((await run(['dead-letters', 'replay', which], LETTERS)).out).toBe('✓ 1 message applied\n');
      await service!.stop();
    }
    expect((await run(['dead-letters', 'replay'], LETTERS)).exitCode).toBe(64);
  });

  const notParked = () => problem(404, 'message-not-parked', 'No such message waits.');

  test('are replayed once for each key, and all are accounted for', async () => {
    const keys = { a1: 'a', a2: 'a', b1: 'b', c1: 'c', c2: 'c', d1: 'd', b2: 'b' };
    const letter = LETTERS['GET /v1/dead-letters']!;
    const stoppedBy = { id: 'b1', reason: 'unknown-customer', detail: 'Not registered yet.' };
    const { out, exitCode } = await run(['dead-letters', 'replay', '--all'], {
      'GET /v1/dead-letters': (asked, response) => {
        const [item] = ((letter(asked, response) as Answer).body as { items: object[] }).items;
        return { body: { items: Object.entries(keys).map(([id, key]) => ({ ...item, id, key })), nextCursor: null } };
      },
      'POST /v1/dead-letters/a1/replay': () => ({ body: { applied: 2, waiting: 0, stoppedBy: null } }),
      'POST /v1/dead-letters/b1/replay': () => ({ body: { applied: 0, waiting: 2, stoppedBy } }),
      // What was parked in front has been applied since the list was read; what waited behind it has not.
      'POST /v1/dead-letters/c1/replay': notParked,
      'POST /v1/dead-letters/c2/replay': () => ({ body: { applied: 1, waiting: 0, stoppedBy: null } }),
      'POST /v1/dead-letters/d1/replay': notParked,
    });
    expect(written().map(([path]) => path.split('/')[3])).toEqual(['a1', 'b1', 'c1', 'c2', 'd1']);
    expect(out).toBe('✓ 3 messages applied, 2 applied already, 2 still wait\nb1 still waits (unknown-customer): Not registered yet.\n');
    expect(exitCode).toBe(2);
  });

  test('one that is named and does not wait is told so', async () => {
    const { err, exitCode } = await run(['dead-letters', 'replay', 'x'], { 'POST /v1/dead-letters/x/replay': notParked });
    expect(err).toContain('404 message-not-parked');
    expect(exitCode).toBe(1);
  });
});

describe('the clock', () => {
  const clock = (mode: string): Routes => {
    let now = '2027-01-30T00:00:00.000Z';
    return {
      'GET /v1/clock': () => ({ body: { mode, now } }),
      'PUT /v1/clock': ({ body }) => {
        if (mode === 'system') return problem(409, 'clock-not-driven', 'The service runs on the system’s clock.');
        const { to, by } = JSON.parse(body) as { to?: string; by?: string };
        if (to === undefined) return problem(400, 'validation-failed', `No duration: ${by ?? ''}`);
        now = to;
        return { body: { mode, now } };
      },
    };
  };

  test('is shown', async () => {
    expect((await run(['clock'], clock('system'))).out).toBe('2027-01-30  the system’s clock\n');
  });

  test('goes forward day by day, by the calendar', async () => {
    const { out } = await run(['clock', 'advance', 'P1MT6H'], clock('driven'));
    expect(out).toBe('2027-02-28 06:00Z  driven, 29 d later\n');
    expect(written()).toHaveLength(30);
    expect(written().at(-1)).toEqual(['/v1/clock', { to: '2027-02-28T06:00:00.000Z' }]);
  });

  test('what makes no sense is for the service to refuse', async () => {
    expect(await run(['clock', 'advance', 'P-3X'], clock('driven'))).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('No duration: P-3X'),
    });
    await service!.stop();
    expect(await run(['clock', 'advance', 'P3D'], clock('system'))).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('clock-not-driven'),
    });
  });
});
