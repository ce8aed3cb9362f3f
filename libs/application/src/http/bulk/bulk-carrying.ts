import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type BulkRequest, type BulkResult, BulkRuns } from '../../bulk/index.ts';
import type { Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../../wiring/tokens.ts';
import { isSteeringName, steeringCommand } from '../migrations/steering-commands.ts';
import { problemOf } from '../problems/known-problems.ts';

/** How often a process looks for runs that it, or another one, began and did not finish. */
const LOOK_FOR_RUNS_MS = 5_000;

/** Carries bulk runs out through the same bus as single commands, from the start of the application to its end. */
@Injectable()
export class BulkCarrying implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly runs: BulkRuns;
  #leaveClock: () => void = () => undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(HTTP_PORTS) ports: HttpPorts,
    @Inject(CommandBus) private readonly commands: CommandBus,
  ) {
    this.runs = new BulkRuns({
      store: service.store,
      clock: service.clock,
      soleWork: service.soleWork,
      migrations: () => service.queries.migrations,
      carryOut: (request, migrationId, commandId) => this.#carryOut(request, migrationId, commandId),
      onError: (bulkId, error) =>
        ports.log.error({ bulkId, error: error instanceof Error ? error.name : 'unknown' }, 'a bulk run stopped; it is taken up again'),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { drivenClock } = this.service;
    if (drivenClock) {
      this.#leaveClock = drivenClock.register({
        name: 'bulk runs',
        nextDue: () => Promise.resolve(undefined),
        settle: () => this.#settle(),
      });
    }
    await this.#resume();
    this.#looking = setInterval(() => void this.#resume(), LOOK_FOR_RUNS_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#leaveClock();
    clearInterval(this.#looking);
    await this.runs.stop();
  }

  /** A log that does not answer now is asked again the next time. */
  async #resume(): Promise<void> {
    await this.runs.resume().catch(() => undefined);
  }

  async #settle(): Promise<boolean> {
    if (!this.runs.busy) return false;
    await this.runs.idle();
    return true;
  }

  async #carryOut({ command: name, body, actor, correlationId }: BulkRequest, migrationId: string, commandId: string): Promise<BulkResult> {
    if (!isSteeringName(name)) return { id: migrationId, status: 404, code: 'command-unknown' };
    try {
      await this.commands.execute(steeringCommand(name, migrationId, body, { commandId, actor, correlationId }, this.service.clock.now()));
      return { id: migrationId, status: 200 };
    } catch (error) {
      const { status, code } = problemOf(error);
      // What our own engines did not answer is no result: the command may have been written, and is sent again with its id.
      if (status === 503 && code !== 'outside-unavailable') throw error;
      return { id: migrationId, status, code };
    }
  }
}
