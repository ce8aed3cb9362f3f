import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { plusMs } from '#kernel';
import type { MigrationCommandLoop, Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';

/** What is due for longer than this waits for something that it should not wait for. */
const OVERDUE_MS = 60_000;
const TELLS_WITHIN_MS = 2_000;
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What `/metrics` tells, in Prometheus' text form. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #commands: Counter<'command' | 'outcome'>;

  constructor(service: Pick<Service, 'queries' | 'clock' | 'store'>, ports: Pick<HttpPorts, 'projectionLag'>) {
    const registers = [this.#registry];
    // Event-loop delay, memory and the like.
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'cutover_http_request_duration_seconds',
      help: 'From the first byte of a request to the last of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    });
    this.#commands = new Counter({
      name: 'cutover_commands_total',
      help: 'Commands given over HTTP, by what became of them',
      labelNames: ['command', 'outcome'],
      registers,
    });
    const { queries, clock, store } = service;
    new Gauge({
      name: 'cutover_todos',
      help: `Pending automatic work; overdue is due for more than ${OVERDUE_MS / 1000} s`,
      labelNames: ['state'],
      registers,
      async collect() {
        const counts = await toldNow(() => queries.toDos.counts(plusMs(clock.now(), -OVERDUE_MS)));
        this.reset();
        if (!counts) return;
        this.set({ state: 'pending' }, counts.pending);
        this.set({ state: 'overdue' }, counts.overdue);
      },
    });
    new Gauge({
      name: 'cutover_parked_messages',
      help: 'Messages that wait because they could not be applied',
      registers,
      async collect() {
        setOrLeaveOut(this, await toldNow(() => queries.deadLetters.count()));
      },
    });
    const lag = ports.projectionLag ?? (async () => Number((await store.head()) - queries.positions.current));
    new Gauge({
      name: 'cutover_projection_lag_events',
      help: 'Events in the log that the read models do not have yet',
      registers,
      async collect() {
        setOrLeaveOut(this, await toldNow(lag));
      },
    });
  }

  /** Counts every answer from now on. */
  use(instance: FastifyInstance): void {
    instance.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      this.#requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
      done();
    });
  }

  /** The same commands, counted by what becomes of them. */
  counting(commands: MigrationCommandLoop): MigrationCommandLoop {
    return {
      load: (streamId) => commands.load(streamId),
      execute: async (streamId, envelope) => {
        const { type: command } = envelope.command;
        try {
          const outcome = await commands.execute(streamId, envelope);
          this.#commands.inc({ command, outcome: outcome.kind });
          return outcome;
        } catch (error) {
          this.#commands.inc({ command, outcome: 'failed' });
          throw error;
        }
      },
      executeOn: async (known, streamId, envelope) => {
        const outcome = await commands.executeOn(known, streamId, envelope);
        if (outcome) this.#commands.inc({ command: envelope.command.type, outcome: outcome.kind });
        return outcome;
      },
    };
  }

  countingRegistrations(registration: HttpPorts['registration']): HttpPorts['registration'] {
    return {
      register: async (customer, origin) => {
        const result = await registration.register(customer, origin);
        this.#commands.inc({ command: 'RegisterMigration', outcome: result.kind === 'registered' ? 'applied' : 'refused' });
        return result;
      },
    };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** A number that nobody can tell now is not told as nought. */
function setOrLeaveOut(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

/** While an engine is away its numbers are left out: the others are needed most then, and within a scrape's patience. */
async function toldNow<Told>(ask: () => Promise<Told>): Promise<Told | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), TELLS_WITHIN_MS);
  try {
    return await Promise.race([ask(), late.promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
