import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { freePorts } from '../../engines/free-port.ts';
import { OwnEngines, describeWithOwnEngines } from '../../engines/own-engines.ts';
import { csvOf, customer, original, rowsOf } from '../customers.ts';
import { untilReady } from '../health.ts';
import { about, listen } from '../live-events.ts';
import { API, type Program, SIMULATOR, type Started, WORKER, newFolder, removeFolder, runToItsEnd, startProgram } from '../product.ts';
import { World } from '../world.ts';

jest.setTimeout(120_000);

/** Contract: a process is gone within 5 s after Ctrl-C. A second more is left to a machine under load. */
const STOPS_WITHIN_MS = 6_000;
/** Real days: APIs and workers of these tests run on the system clock. */
const TERM_END = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);

describe.each<[string, Program]>([
  ['an API', API],
  ['a worker', WORKER],
])('%s that is started alone', (_role, program) => {
  test('without what it shares with the others tells all of it at once', async () => {
    const { code, stdout, stderr } = await runToItsEnd({ CLOCK: 'system', LOG_LEVEL: 'loud' }, program);
    expect([code, stdout]).toEqual([2, '']);
    for (const name of ['EVENT_STORE_URL', 'KAFKA_BROKERS', 'DATABASE_URL', 'SIMULATOR_URL', 'LOG_LEVEL'])
      expect(stderr).toMatch(new RegExp(`^  ${name} .+For example: ${name}=\\S`, 'm'));
    expect(stderr).toMatch(/^cutover cannot start: 5 settings are wrong/);
  });
});

describeWithOwnEngines('an API and two workers', () => {
  const engines = new OwnEngines();
  const folders: string[] = [];
  const running = new Set<Started>();
  let apiPort: number;
  let simulator: Started;
  let workers: Started[];
  let world: World;

  beforeAll(async () => {
    await engines.start();
    [apiPort] = (await freePorts(1)) as [number];
    simulator = await program(SIMULATOR, { SIMULATOR_DATA: ':memory:', PRODUCT_URL: apiUrl() });
    world = await startApi();
    workers = [await program(WORKER), await program(WORKER)];
  }, 120_000);

  afterAll(async () => {
    await Promise.all([...running].map((each) => each.end('SIGKILL')));
    await engines.close();
    for (const folder of folders) removeFolder(folder);
  });

  beforeEach(async () => {
    await Promise.all([world.product, ...workers].map(({ url }) => untilReady(url)));
  });

  function apiUrl(): string {
    return `http://127.0.0.1:${apiPort}`;
  }

  async function program(which: Program, settings: Readonly<Record<string, string>> = {}): Promise<Started> {
    const folder = newFolder();
    folders.push(folder);
    const outside = which === SIMULATOR ? {} : { SIMULATOR_URL: simulator.url, PUBLIC_URL: apiUrl() };
    const started = await startProgram(which, { DATA_DIR: folder, CLOCK: 'system', ...engines.settings, ...outside, ...settings });
    running.add(started);
    return started;
  }

  async function startApi(): Promise<World> {
    return new World({ ...(await program(API, { PORT: String(apiPort) })), simulatorUrl: simulator.url });
  }

  const silent = (name: string) => customer(name, { invitation: 'silent', originals: [original(name, { termEnd: TERM_END })] });

  async function stage(id: string): Promise<string> {
    return (await world.migration(id)).stage;
  }

  test('what was written to the API is read there as soon as a worker has it in the read models', async () => {
    const { id, version } = await world.register(silent('Read Your Writes'));
    const held = await world.command(id, 'hold', { reason: 'to be read' });
    expect(held.version).toBeGreaterThan(version);
    // Asked with the position of the write.
    expect(await world.migration(id)).toMatchObject({ onHold: true, customerName: 'Read Your Writes' });
  });

  test('the live stream of the API tells of what a worker did', async () => {
    let id = '';
    const seen = await listen(
      world,
      {},
      (events) => id !== '' && events.some(about(id, 'requested')),
      async () => ({ id } = await world.register(silent('Live'))),
    );
    expect(seen.some(about(id, 'requested'))).toBe(true);
  });

  test('an import that an API took in before it was killed is carried out by a worker', async () => {
    const rows = 200;
    const file = csvOf(Array.from({ length: rows }, (_, index) => rowsOf(silent(`Left Behind ${index}`))[0]!));
    const { status, body } = await world.sendFile(file);
    await world.product.end('SIGKILL');
    expect(status).toBe(202);
    world = await startApi();
    expect(await world.importEnd(body.importId)).toMatchObject({ state: 'done', rows, accepted: rows });
  });

  test('what a killed worker had in hand another one has done within 15 s, and nobody is asked twice', async () => {
    const customers = Array.from({ length: 20 }, (_, index) => silent(`Handed Over ${index}`));
    await world.faults({ 'slow-response': 1 });
    const ids: string[] = [];
    for (const each of customers) ids.push((await world.register(each)).id);
    await workers[0]!.end('SIGKILL');
    await world.faults({ 'slow-response': 0 });
    await world.eventually('all are requested', async () => (await Promise.all(ids.map(stage))).every((each) => each === 'requested'));
    for (const each of customers) expect(await world.ledgerOf(each, 'invitation')).toHaveLength(1);
    workers[0] = await program(WORKER);
  });

  test('Ctrl-C ends each of them in time and in good order', async () => {
    const all = [world.product, ...workers];
    const begun = performance.now();
    const ended = await Promise.all(all.map((each) => each.end('SIGINT')));
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(all.map(() => ({ code: 0, stderr: '' })));
    expect(performance.now() - begun).toBeLessThan(STOPS_WITHIN_MS);
  });
});
