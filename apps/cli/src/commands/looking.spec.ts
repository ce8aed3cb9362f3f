import { afterEach, describe, expect, test } from '@jest/globals';
import { type FakeService, type Routes, problem, startFakeService } from '../a-service-for-spec.ts';
import { type Ran, type RunOptions, cutover } from '../a-terminal-for-spec.ts';
import { MIGRATION, OTHER, OVERVIEW, SUMMARY } from '../shapes-for-spec.ts';

let service: FakeService | undefined;
afterEach(async () => service?.stop());

async function run(args: readonly string[], routes: Routes, options: Omit<RunOptions, 'url'> = {}): Promise<Ran> {
  service = await startFakeService({ 'GET /v1/clock': () => ({ body: { mode: 'driven', now: '2027-05-05T10:30:00.000Z' } }), ...routes });
  return cutover(args, { url: service.url, ...options });
}

const LIST: Routes = { 'GET /v1/migrations': () => ({ body: { items: [SUMMARY, OTHER], nextCursor: 'c' } }) };
const ONE: Routes = {
  [`GET /v1/migrations/${SUMMARY.id}`]: () => ({ body: MIGRATION }),
  'GET /v1/migrations': () => ({ body: { items: [SUMMARY], nextCursor: null } }),
};

describe('cutover list', () => {
  test('fits 80 columns', async () => {
    const { out, err, exitCode } = await run(['list'], LIST, { columns: 80 });
    expect(`\n${out}`).toBe(`
CUSTOMER               DOMAIN          STAGE             RISK  SEATS  ENDS
Hansa Möbel GmbH       hansa-mobel.e…  overlapping       none     53  2027-05-18
Alpenblick Pflegedie…  alpenblick-pf…  requested (hold)  gap   1,139  2027-05-18
`);
    expect(err).toBe('The first 2: --all shows the rest, --limit so many.\n');
    expect(exitCode).toBe(0);
  });

  test('shows more in 140', async () => {
    const { out } = await run(['list'], LIST, { columns: 140 });
    expect(`\n${out}`).toBe(`
CUSTOMER                        DOMAIN                 STAGE             RISK  SEATS  ENDS        LAST SAFE   ATTENTION         WAVE   LINES
Hansa Möbel GmbH                hansa-mobel.example    overlapping       none     53  2027-05-18  2027-05-16                    pilot      1
Alpenblick Pflegedienste und…   alpenblick-pflegedie…  requested (hold)  gap   1,139  2027-05-18  2027-05-16  no-contact-email             1
`);
  });

  test('hands filters over, several of a kind too', async () => {
    await run(
      [
        'list',
        '--stage',
        'requested,accepted',
        '--stage',
        'lapsed',
        '--q',
        'möbel',
        '--ends-before',
        '2027-01-01',
        '--sort',
        '-updatedAt',
        '--limit',
        '7',
      ],
      LIST,
    );
    const { searchParams } = new URL(service!.asked[0]!.path, 'http://x');
    expect([...searchParams]).toEqual([
      ['stage', 'requested'],
      ['stage', 'accepted'],
      ['stage', 'lapsed'],
      ['q', 'möbel'],
      ['endsBefore', '2027-01-01'],
      ['sort', '-updatedAt'],
      ['limit', '7'],
    ]);
  });

  test('as CSV with formulas defused, all pages under one header', async () => {
    const { out } = await run(['list', '--csv', '--all'], {
      'GET /v1/migrations': ({ path }) =>
        path.includes('cursor')
          ? { body: { items: [{ ...SUMMARY, customerName: '=1+1' }], nextCursor: null } }
          : { body: { items: [OTHER], nextCursor: 'c' } },
    });
    const lines = out.split(/\r?\n/);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('id,customerTenantId,customerName');
    expect(lines[1]).toContain('no-contact-email');
    expect(lines[2]).toContain(",'=1+1,");
  });

  test('as JSON', async () => {
    const { out } = await run(['list', '--json'], LIST);
    expect(JSON.parse(out)).toEqual({ items: [SUMMARY, OTHER], more: true });
  });
});

describe('cutover show', () => {
  test('tells everything about one customer, in 80 columns', async () => {
    const { out, exitCode } = await run(['show', 'Hansa-Mobel.example'], ONE, { columns: 80 });
    expect(`\n${out}`).toBe(`
Hansa Möbel GmbH  hansa-mobel.example  DE  wave pilot
migration 6f1c2d3e-0000-5000-8000-000000000001
tenant    540c7632-a50e-4de3-a39c-309fbff15ac1

stage       overlapping   risk none   53 seats on 1 line
next due    2027-05-19 06:00Z (in 14 d)
last safe   2027-05-16 (in 11 d)
invitation  sent 2026-11-23, 1 reminder, accepted 2026-12-02 09:00Z

Lines
LINE              SEATS  ENDS        OFFER  TARGET                   STAGE
Microsoft 365 E3     53  2027-05-18  same   CFQ7TTC0LFLZ:0002:CFQ7…  overlapping

Coverage
                                                  today 2027-05-05 ▼
            2026-12    2027-01    2027-02   2027-03    2027-04    2027-05
          ──┴──────────┴──────────┴─────────┴──────────┴──────────┴┼─────────┴──
Microsoft 365 E3, 53 seats
original  █████████████████████████████████████████████████████████│████
target                                                             │▓▓▓▓▓▓▓▓▓▓▓→
                                                         both 15 d ╰───╯
          └2026-11-23                                         2027-05-19┘
                                                                   └2027-05-04

███ original   ╱╱╱ ended, users still work   ▓▓▓ target   ··· target planned
╰─╯ both   ╳╳╳ gap   │ today

To do
DUE                          WHAT
2027-05-19 06:00Z (in 14 d)  watch-original
`);
    expect(exitCode).toBe(0);
  });

  test('as of a day asks for its first moment', async () => {
    await run(['show', SUMMARY.id.toUpperCase(), '--as-of', '2027-01-01'], ONE);
    expect(service!.asked[0]!.path).toBe(`/v1/migrations/${SUMMARY.id}?asOf=2027-01-01T00%3A00%3A00Z`);
  });

  test('a tenant is a GUID too: it is looked for where no migration has that id', async () => {
    const { exitCode } = await run(['show', SUMMARY.customerTenantId, '--json'], ONE);
    expect(exitCode).toBe(0);
    expect(service!.asked.map(({ path }) => path)).toEqual([
      `/v1/migrations/${SUMMARY.customerTenantId}`,
      `/v1/migrations?q=${SUMMARY.customerTenantId}&limit=100`,
      `/v1/migrations/${SUMMARY.id}`,
    ]);
  });

  test('a name that several customers have names them', async () => {
    const { err, exitCode } = await run(['show', 'e'], LIST);
    expect(err).toContain('"e" may be any of several customers');
    expect(err).toContain('hansa-mobel.example  Hansa Möbel GmbH');
    expect(exitCode).toBe(1);
  });

  test('a name that nobody has says how to look', async () => {
    const { err, exitCode } = await run(['show', 'nobody'], { 'GET /v1/migrations': () => ({ body: { items: [], nextCursor: null } }) });
    expect(err).toBe('✗ no customer has "nobody" in its name, domain or tenant: cutover list shows all\n');
    expect(exitCode).toBe(1);
  });
});

test('cutover history tells who did what when, and with --data what it says', async () => {
  const item = (revision: number, type: string, actor: string, data: object, reason: string | null = null) => ({
    position: String(revision),
    revision,
    type,
    occurredAt: '2027-05-04T00:10:00.000Z',
    recordedAt: '2027-05-04T00:10:01.000Z',
    actor,
    reason,
    correlationId: 'c',
    causationId: null,
    evidence: null,
    data,
  });
  const { out } = await run(['history', SUMMARY.id, '--data'], {
    ...ONE,
    [`GET /v1/migrations/${SUMMARY.id}/history`]: () => ({
      body: {
        items: [
          item(0, 'migration.registered.v1', 'import:77', { at: 'x', customerName: 'Hansa Möbel GmbH', wave: null, lines: [] }),
          item(1, 'migration.held.v1', 'person:ada', { at: 'x', until: null }, 'Budget frozen'),
        ],
        nextCursor: null,
      },
    }),
  });
  expect(`\n${out}`).toBe(`
#  WHEN               WHAT        WHO         WHY            DATA
0  2027-05-04 00:10Z  registered  import:77                  customerName Hansa Möbel GmbH
1  2027-05-04 00:10Z  held        person:ada  Budget frozen
`);
});

test('cutover plan shows limits, overlap and its cost', async () => {
  const line = MIGRATION.lineItems[0]!;
  const { out } = await run(
    ['plan', SUMMARY.id],
    {
      ...ONE,
      [`GET /v1/migrations/${SUMMARY.id}/plan`]: () => ({
        body: {
          id: SUMMARY.id,
          asOf: '2027-01-05T10:00:00.000Z',
          lines: [
            {
              originalSubscriptionId: line.originalSubscriptionId,
              action: 'resolve-limit',
              offerMatch: 'same',
              catalogItem: 'CFQ7TTC0LFLZ:0002',
              skuId: null,
              seats: 53,
              ...line.plan,
              naturalEnd: '2027-05-19T00:00:00.000Z',
              overlapDays: 15,
              overlapCost: 1234.5,
              currency: 'EUR',
              limitsHit: [{ code: 'seat-pool-exceeded', detail: 'The pool of small-business seats has 300: 53 and 260 are too many.' }],
            },
          ],
        },
      }),
    },
    { columns: 80 },
  );
  expect(`\n${out}`).toBe(`
Hansa Möbel GmbH  as of 2027-01-05 10:00Z  nothing is written

LINE              DO             SEATS  PLANNED     ENDS
Microsoft 365 E3  resolve-limit     53  2027-05-04  2027-05-19

Overlap in all: 1234.50 EUR

Limits hit
  Microsoft 365 E3: The pool of small-business seats has 300: 53 and 260 are too
  many. (seat-pool-exceeded)
`);
});

test('cutover todos tells how far off each is', async () => {
  const { out, exitCode } = await run(['todos', '--kind', 'check-out', '--due-before', '2027-06-01'], {
    'GET /v1/todos': () => ({
      body: {
        items: [
          {
            id: 'a',
            kind: 'check-out',
            migrationId: SUMMARY.id,
            originalSubscriptionId: null,
            dueAt: '2027-05-05T09:30:00.000Z',
            attempts: 3,
            lastError: 'throttled',
          },
          {
            id: 'b',
            kind: 'check-out',
            migrationId: OTHER.id,
            originalSubscriptionId: null,
            dueAt: '2027-05-20T00:00:00.000Z',
            attempts: 0,
            lastError: null,
          },
        ],
        nextCursor: null,
      },
    }),
  });
  expect(`\n${out}`).toBe(`
DUE                          WHAT       TRIED  MIGRATION                             LAST ERROR
2027-05-05 09:30Z (1 h ago)  check-out      3  6f1c2d3e-0000-5000-8000-000000000001  throttled
2027-05-20 (in 15 d)         check-out         6f1c2d3e-0000-5000-8000-000000000002
`);
  expect(exitCode).toBe(0);
  expect(service!.asked[0]!.path).toBe('/v1/todos?kind=check-out&dueBefore=2027-06-01T00%3A00%3A00Z');
});

test('cutover overview adds up', async () => {
  const { out } = await run(['overview'], { 'GET /v1/overview': () => ({ body: OVERVIEW }) }, { columns: 80 });
  expect(`\n${out}`).toBe(`
2027-05-05 10:30Z   20 migrations
registered    ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
requested     ████████████▎░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   5  1,200 seats
accepted      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
provisioning  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
provisioned   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
reassigning   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
overlapping   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
completed     ██████████████████████████████████▎░░░░░░░░░░░░░░  14  3,456 seats
declined      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
lapsed        ██▌░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   1      7 seats
withdrawn     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0      0 seats
0 gaps, 1 foreseen   risk: gap 1  act 1  watch 2  none 16

invitations  5 open, the oldest 16 d  (0–2 d: 3, 30+ d: 2)
overlap      median 13.5 d, 95 % under 20 d
all told     20 registered = 5 open + 14 completed + 1 closed
`);
});

describe('live', () => {
  function streaming(...events: readonly string[]): Routes {
    return {
      'GET /v1/overview': () => ({ body: OVERVIEW }),
      'GET /v1/stream': (_asked, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(events.join(''));
        return 'handled';
      },
    };
  }
  /** Ctrl-C once all of it has been read, and the connection is waited for. */
  function untilRead(): Pick<RunOptions, 'signal' | 'pause'> {
    const controller = new AbortController();
    return { signal: controller.signal, pause: async () => controller.abort() };
  }
  const event = (name: string, data: unknown): string => `id: 1\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

  test('cutover watch off a terminal writes a line for each change, and Ctrl-C ends it well', async () => {
    const later = {
      ...OVERVIEW,
      stages: { ...OVERVIEW.stages, requested: { migrations: 4, seats: 1 }, accepted: { migrations: 1, seats: 1 } },
    };
    const { out, exitCode } = await run(
      ['watch'],
      streaming(event('overview', OVERVIEW), event('migration', SUMMARY), event('overview', later)),
      untilRead(),
    );
    expect(out.split('\n')).toEqual([
      '2027-05-05 10:30Z  requested 5, completed 14, lapsed 1 of 20; gaps 0 (+1 foreseen)',
      '2027-05-05 10:30Z  Hansa Möbel GmbH  overlapping  next 2027-05-19 06:00Z',
      '2027-05-05 10:30Z  requested 4, accepted 1, completed 14, lapsed 1 of 20; gaps 0 (+1 foreseen)',
      '',
    ]);
    expect(exitCode).toBe(0);
  });

  test('cutover watch of one customer tells its changes, each once', async () => {
    const done = { ...SUMMARY, stage: 'completed' as const, version: 15, nextDueAt: null };
    const { out } = await run(
      ['watch', SUMMARY.id],
      { ...ONE, ...streaming(event('migration', SUMMARY), event('migration', OTHER), event('migration', done), event('migration', done)) },
      untilRead(),
    );
    expect(out.split('\n')).toEqual([
      '2027-05-05 10:30Z  Hansa Möbel GmbH  overlapping  next 2027-05-19 06:00Z',
      '2027-05-05 10:30Z  Hansa Möbel GmbH  completed',
      '',
    ]);
  });
});

describe('what went wrong', () => {
  test('names each field, its hint, and what to do next', async () => {
    const { err, exitCode } = await run(['list', '--stage', 'dreaming'], {
      'GET /v1/migrations': () =>
        problem(400, 'validation-failed', 'The request cannot be used as it is.', {
          errors: [{ pointer: 'stage', code: 'unknown-stage', hint: 'is not one of registered, requested' }],
        }),
    });
    expect(err).toBe(
      [
        '✗ Validation failed (400 validation-failed)',
        '  The request cannot be used as it is.',
        '  stage unknown-stage',
        '    is not one of registered, requested',
        '',
      ].join('\n'),
    );
    expect(exitCode).toBe(1);
  });

  test('is the problem document with --json', async () => {
    const { err, out } = await run(['overview', '--json'], {
      'GET /v1/overview': () => problem(500, 'internal-error', 'It failed.', { correlationId: 'c' }),
    });
    expect(JSON.parse(err)).toMatchObject({ status: 500, code: 'internal-error', correlationId: 'c' });
    expect(out).toBe('');
  });

  test('nobody there: how the service is started', async () => {
    service = await startFakeService({});
    const { url } = service;
    await service.stop();
    const { err, exitCode } = await cutover(['overview', '--url', url]);
    expect(err).toBe(
      `✗ Nothing listens at ${url}\n  → Start the service with: npm start\n  → If it runs elsewhere, say where: --url <address>, or the environment variable CUTOVER_URL\n`,
    );
    expect(exitCode).toBe(3);
  });

  test('a wrong address, a wrong option, a wrong command', async () => {
    expect(await cutover(['overview', '--url', 'localhost:3000'])).toMatchObject({
      exitCode: 64,
      err: expect.stringContaining('is no address of a service'),
    });
    expect(await cutover(['list', '--colour'])).toMatchObject({ exitCode: 64, err: expect.stringContaining("unknown option '--colour'") });
    expect(await cutover(['lst'])).toMatchObject({ exitCode: 64, err: expect.stringContaining('Did you mean list?') });
    expect(await cutover(['hold', 'contoso'])).toMatchObject({ exitCode: 64, err: expect.stringContaining('--reason') });
  });

  test('help tells the commands and the exit codes', async () => {
    for (const args of [['help'], ['--help']]) {
      const { out, exitCode } = await cutover(args);
      expect(out).toContain('choose-original-end');
      expect(out).toContain('3    the service does not answer');
      expect(exitCode).toBe(0);
    }
  });
});
