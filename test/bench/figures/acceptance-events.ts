import { availableParallelism } from 'node:os';
import { BEFORE_ALL, type Clock, type Position, plusMs } from '#kernel';
import type { EventStore } from '#event-sourcing';
import { TOPICS } from '#messaging';
import { acceptanceMessage } from '../acceptance-messages.ts';
import { openBareClients } from '../bare-intake.ts';
import { type BenchEngines, withEngines } from '../bench-engines.ts';
import type { Figure, Measurement } from '../figure.ts';
import { type HeldBackBus, holdBack } from '../held-back-bus.ts';
import { type Product, openProduct } from '../product.ts';
import { alternated } from '../rounds.ts';
import { START, sampleMigration } from '../sample-migrations.ts';
import { seedInvited } from '../seeded-log.ts';

const PAGE = 1_000;
/** After the invitations, and long before anything else of them is due. */
const CLOCK: Clock = { now: () => plusMs(START, 3_600_000) };

async function acceptancesIn(store: EventStore): Promise<number> {
  let count = 0;
  for (let from: Position = BEFORE_ALL; ;) {
    const events = await store.readAll({ from, limit: PAGE });
    count += events.filter(({ type }) => type === 'migration.accepted.v1').length;
    if (events.length < PAGE) return count;
    from = events.at(-1)!.position;
  }
}

async function openWorker({ folder, environment }: BenchEngines): Promise<{ readonly product: Product; readonly held: HeldBackBus }> {
  let held: HeldBackBus | undefined;
  const product = await openProduct(folder, {
    environment,
    clock: CLOCK,
    publishes: true,
    busOf: (bus) => (held = holdBack(bus)).bus,
  });
  return { product, held: held! };
}

/**
 * What one acceptance costs each process, in milliseconds of processor, until it is projected and published; and what
 * follows from that for the rate, whatever else is made faster.
 */
class Costs {
  readonly #engines: BenchEngines;
  readonly #sums = new Map<string, number>();
  #acceptances = 0;

  constructor(engines: BenchEngines) {
    this.#engines = engines;
  }

  async during<T>(acceptances: number, work: () => Promise<T>): Promise<T> {
    const before = this.#now();
    const result = await work();
    this.#acceptances += acceptances;
    for (const [name, seconds] of this.#now()) {
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + seconds - before.get(name)!);
    }
    return result;
  }

  measurements(): readonly Measurement[] {
    const each = [...this.#sums].map(([name, seconds]) => ({ name, ms: (seconds * 1_000) / this.#acceptances }));
    const all = each.reduce((sum, { ms }) => sum + ms, 0);
    const processors = availableParallelism();
    return [
      ...each.map(({ name, ms }) => ({ name: `processor, ${name}`, unit: 'ms each', value: ms })),
      { name: 'at that cost a processor of the worker alone allows', unit: '/s', value: 1_000 / each[0]!.ms },
      { name: `at that cost the ${processors} processors here allow all of them`, unit: '/s', value: (processors * 1_000) / all },
    ];
  }

  #now(): ReadonlyMap<string, number> {
    const { user, system } = process.cpuUsage();
    return new Map([
      ['worker', (user + system) / 1e6],
      ['log (stand-in)', this.#engines.processorSeconds('log')],
      ['broker', this.#engines.processorSeconds('broker')],
      ['database', this.#engines.processorSeconds('database')],
    ]);
  }
}

/** One round's customers, registered and invited, and in every row; then their acceptances lie in the topic. */
async function prepare({ service, store, caughtUp, published }: Product, round: number, count: number): Promise<void> {
  await seedInvited(store, round * count, count);
  await caughtUp();
  await published();
  const messages = Array.from({ length: count }, (_, index) => acceptanceMessage(sampleMigration(round * count + index)));
  await service.bus.publish(TOPICS.customerRelationships, messages);
}

export const acceptanceEvents: Figure = {
  name: 'acceptance-events',
  title: 'Acceptances from Kafka into the log by one worker, which projects and publishes meanwhile',
  measure({ quick }) {
    const count = quick ? 1_000 : 10_000;
    const rounds = quick ? 1 : 3;
    return withEngines(['log', 'peer-log', 'broker', 'database'], async (engines) => {
      const { product, held } = await openWorker(engines);
      const bare = openBareClients(engines.address('broker'), engines.address('peer-log'));
      await product.service.start();
      const costs = new Costs(engines);
      let taken = 0;
      let prepared = -1;
      const prepareOnce = async (round: number): Promise<void> => {
        if (prepared === round) return;
        prepared = round;
        await prepare(product, round, count);
      };
      const { median, ratio } = await alternated(rounds, {
        async ours(round) {
          await prepareOnce(round);
          taken += count;
          return costs.during(count, async () => {
            const rate = await held.takeIn(count);
            // What is left to be projected and published was caused by these, too.
            await product.caughtUp();
            await product.published();
            return rate;
          });
        },
        async bare(round) {
          await prepareOnce(round);
          return bare.takeIn(count);
        },
        appends: (round) => bare.append(count, String(round)),
      });
      const found = await acceptancesIn(product.store);
      if (found !== taken) throw new Error(`${taken} acceptances were taken in, and the log holds ${found}`);
      await bare.close();
      await product.close();
      const measurements: readonly Measurement[] = [
        {
          name: 'acceptances',
          unit: '/s',
          value: median.ours,
          peer: { name: 'bare clients, which only append', value: median.bare, ratio: ratio('ours', 'bare') },
          limit: { of: 'value', kind: 'at-least', value: 5_000 },
        },
        { name: 'appends of the bare client, no Kafka, 128 in flight', unit: '/s', value: median.appends },
        ...costs.measurements(),
      ];
      return measurements;
    });
  },
};
