import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { TOPICS, deadLetterTopicOf } from '#messaging';
import kafkajs, { type Kafka } from 'kafkajs';
import { OwnEngines, describeWithOwnEngines } from '../../engines/own-engines.ts';
import { type Customer, customer, guidOf, original } from '../customers.ts';
import { untilReady } from '../health.ts';
import { newFolder, removeFolder, startProduct } from '../product.ts';
import { World } from '../world.ts';

jest.setTimeout(120_000);

const PARTNER = guidOf('partner');
const TOPIC = TOPICS.customerRelationships;
/** More than `npm run topics` gives a topic: some other hand has raised its limit. */
const LARGEST_MESSAGE_BYTES = 12 * 1024 * 1024;
const LARGE = 10 * 1024 * 1024;
const REASONS = ['invalid-data', 'no-cloud-event', 'no-cloud-event', 'unknown-type'];

interface DeadLetter {
  readonly reason: string;
  readonly detail: string;
  readonly message: unknown;
}

describeWithOwnEngines('messages on a topic that are of no use', () => {
  const engines = new OwnEngines();
  const folder = newFolder();
  let kafka: Kafka;
  let world: World;

  beforeAll(async () => {
    await engines.start();
    kafka = new kafkajs.Kafka({ brokers: [engines.settings.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: TOPIC,
          configEntries: [{ name: 'max.message.bytes', value: String(LARGEST_MESSAGE_BYTES) }],
        },
      ],
    });
    await admin.disconnect();
    world = new World(await startProduct({ DATA_DIR: folder, PARTNER_TENANT_ID: PARTNER, ...engines.settings }));
    await untilReady(world.product.url);
  }, 120_000);

  afterAll(async () => {
    await world.product.end('SIGKILL');
    await engines.close();
    removeFolder(folder);
  });

  function accepted(id: string, of: Customer, more: object = {}): string {
    const occurredAt = '2026-12-01T08:00:30.000Z';
    return JSON.stringify({
      specversion: '1.0',
      id,
      source: 'urn:test:upstream',
      type: 'cutover.customer.relationship-accepted.v1',
      time: occurredAt,
      data: { customerTenantId: of.tenant, partnerTenantId: PARTNER, occurredAt },
      ...more,
    });
  }

  /** As they stand on the topic of the dead letters: the value that came, and why it is there. */
  async function deadLetters(count: number): Promise<readonly { readonly value: string; readonly reason: string | undefined }[]> {
    const consumer = kafka.consumer({ groupId: 'whoever looks after the senders' });
    await consumer.connect();
    await consumer.subscribe({ topic: deadLetterTopicOf(TOPIC), fromBeginning: true });
    const letters: { value: string; reason: string | undefined }[] = [];
    const all = Promise.withResolvers<undefined>();
    await consumer.run({
      eachMessage({ message }) {
        const reason = Object.entries(message.headers ?? {}).find(([name]) => name.endsWith('reason'))?.[1];
        letters.push({ value: message.value!.toString(), reason: reason?.toString() });
        if (letters.length === count) all.resolve(undefined);
        return Promise.resolve();
      },
    });
    await all.promise;
    await consumer.disconnect();
    return letters;
  }

  test('are parked with their reason and stand on the topic of the dead letters; the rest acts, and the service stays ready', async () => {
    const silent = (name: string): Customer =>
      customer(name, { invitation: 'silent', originals: [original(name, { termEnd: '2027-02-01' })] });
    const [before, after, bad] = [silent('Before'), silent('After'), silent('Bad')];
    const ids = [(await world.register(before)).id, (await world.register(after)).id];
    await world.advance('PT1M');

    // Of one customer, so that they lie in one partition and each has to be got over.
    const key = bad.tenant;
    const unusable = {
      type: accepted('unknown type', bad, { type: 'cutover.customer.moved-to-mars.v1' }),
      json: `{"specversion": "1.0", ${key}`,
      data: accepted('wrong data', bad, { data: { customerTenantId: bad.tenant, partnerTenantId: PARTNER, occurredAt: 'yesterday' } }),
      large: accepted('large', bad, { padding: 'x'.repeat(LARGE) }),
      nothing: null,
    };
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const headers = { 'content-type': 'application/cloudevents+json' };
    for (const value of [accepted('before', before), ...Object.values(unusable), accepted('after', after)])
      await producer.send({ topic: TOPIC, messages: [{ key, value, headers }] });
    await producer.disconnect();

    await world.advance('PT1M');
    for (const id of ids) expect((await world.migration(id)).stage).toBe('accepted');
    const parked = await world.all<DeadLetter>('/v1/dead-letters');
    expect(parked.map(({ reason }) => reason).sort()).toEqual(REASONS);
    for (const { detail } of parked) expect(detail).not.toBe('');

    const letters = await deadLetters(4);
    expect(letters.map(({ reason }) => reason).sort()).toEqual(REASONS);
    for (const value of [unusable.type, unusable.json, unusable.data]) expect(letters.map((letter) => letter.value)).toContain(value);
    // What is too large for a dead letter is described: where it lies, how it begins.
    expect(letters.find(({ value }) => value.includes('"sha256"'))).toBeDefined();
    await untilReady(world.product.url);
  });
});
