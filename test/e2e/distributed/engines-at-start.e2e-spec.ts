import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createKafkaTopics } from '#engines/kafka';
import { topicPlan } from '#messaging';
import { Client } from 'pg';
import { startEventStoreDbStandIn } from '../../engines/eventstoredb-stand-in.ts';
import { freePorts } from '../../engines/free-port.ts';
import { BROKER_LOGIN, type KafkaBroker, startKafkaBroker } from '../../engines/kafka-broker.ts';
import { describeWithOwnEngines } from '../../engines/own-engines.ts';
import { type PostgresServer, startPostgresServer } from '../../engines/postgres-server.ts';
import { customer, original } from '../customers.ts';
import { faultOf, healthOf, untilFault, untilHealth, untilReady } from '../health.ts';
import { type Product, newFolder, removeFolder, startProduct } from '../product.ts';
import { World } from '../world.ts';

jest.setTimeout(180_000);

describeWithOwnEngines('engines that are not as configured when the service starts', () => {
  let folder: string;
  let database: PostgresServer;
  let broker: KafkaBroker | undefined;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cutover-at-start-'));
    database = await startPostgresServer(join(folder, 'postgres'));
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  afterAll(async () => {
    await database.kill();
    await broker?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function product(settings: Readonly<Record<string, string>>): Promise<Product> {
    const data = newFolder();
    ends.push(() => removeFolder(data));
    const started = await startProduct({ DATA_DIR: data, ...settings });
    ends.push(() => started.end('SIGKILL'));
    return started;
  }

  /** As whoever looks after the server would. */
  async function administers(...statements: readonly string[]): Promise<void> {
    const client = new Client({ connectionString: database.address });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }

  function addressWith(parts: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>): string {
    return Object.assign(new URL(database.address), parts).href;
  }

  test('none of them is there: the service is up, names each, and goes on by itself as they come', async () => {
    const [logPort, databasePort, brokerPort] = await freePorts(3);
    const started = await product({
      EVENT_STORE_URL: `esdb://user:TOP-SECRET@127.0.0.1:${logPort}?tls=false`,
      DATABASE_URL: `postgres://cutover:TOP-SECRET@127.0.0.1:${databasePort}/cutover`,
      KAFKA_BROKERS: `127.0.0.1:${brokerPort}`,
    });
    const { url, stderr } = started;
    const nothing = await healthOf(url);
    expect(faultOf(nothing, 'log')).toMatch(new RegExp(`127.0.0.1:${logPort} cannot be reached.*EVENT_STORE_URL`));
    expect(faultOf(nothing, 'read-models')).toMatch(new RegExp(`127.0.0.1:${databasePort}.* cannot be reached`));
    expect(faultOf(nothing, 'bus')).toMatch(new RegExp(`no broker answers.*127.0.0.1:${brokerPort}.*check KAFKA_BROKERS`));

    const log = await startEventStoreDbStandIn(join(folder, 'late-log'), logPort);
    ends.push(() => log.kill());
    const late = await startPostgresServer(join(folder, 'late-postgres'), { port: databasePort! });
    ends.push(() => late.kill());
    await untilFault(url, 'bus', /no broker answers/);
    broker = await startKafkaBroker(join(folder, 'kafka'), { port: brokerPort! });
    await untilFault(url, 'bus', /topics .* do not exist; `npm run topics` creates what the service needs/);
    await createKafkaTopics({ brokers: [broker.address] }, topicPlan({ partitions: 2 }));
    await untilReady(url);

    const world = new World(started);
    const { id } = await world.register(customer('Patient', { originals: [original('patient', { termEnd: await world.dayIn(30) })] }));
    await world.advance('P40D');
    expect((await world.migration(id)).stage).toBe('completed');
    expect(stderr()).not.toContain('TOP-SECRET');
    expect((await started.end('SIGINT')).code).toBe(0);
  });

  test('a login that the brokers refuse, and a password that the database refuses, are named', async () => {
    await administers(`CREATE ROLE stranger LOGIN PASSWORD 'another'`, 'GRANT CREATE ON DATABASE cutover TO stranger');
    const rules = join(database.dataFolder, 'pg_hba.conf');
    writeFileSync(rules, `host all stranger 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`);
    await administers('SELECT pg_reload_conf()');
    const { url, stderr } = await product({
      DATABASE_URL: addressWith({ username: 'stranger', password: 'TOP-SECRET-1' }),
      KAFKA_BROKERS: broker!.addressWithLogin,
      KAFKA_USERNAME: BROKER_LOGIN.username,
      KAFKA_PASSWORD: 'TOP-SECRET-2',
    });
    const refused = await healthOf(url);
    expect(faultOf(refused, 'log')).toBeUndefined();
    expect(faultOf(refused, 'read-models')).toMatch(/refuses the login.*Check user and password in DATABASE_URL/);
    expect(faultOf(refused, 'bus')).toMatch(/refused the login; check KAFKA_USERNAME and KAFKA_PASSWORD/);
    await administers(`ALTER ROLE stranger PASSWORD 'TOP-SECRET-1'`);
    const mended = await untilHealth(url, 'the read models are there', (health) => faultOf(health, 'read-models') === undefined);
    expect(faultOf(mended, 'bus')).toMatch(/refused the login/);
    expect([stderr(), JSON.stringify(refused)].join()).not.toContain('TOP-SECRET');
  });

  test('a database that does not exist is named, and used once somebody has created it', async () => {
    const { url } = await product({ DATABASE_URL: addressWith({ pathname: '/nowhere' }) });
    expect(faultOf(await healthOf(url), 'read-models')).toMatch(/"nowhere" does not exist.*Create the database/);
    await administers('CREATE DATABASE nowhere');
    await untilReady(url);
  });
});
