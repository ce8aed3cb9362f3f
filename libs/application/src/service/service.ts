import type { Clock } from '#kernel';
import type { CommandLoop, DrivenClock, EventSchemas, EventStore, SoleWork, ToDoExecutor } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { MigrationCommand, MigrationPolicy, MigrationRefusalCode, MigrationState } from '#migration';
import type { PartnerCenterGateway } from '#partner-center';
import type { IdempotencyKeys } from '#read-models';
import type { ReadModelQueries } from '../read-models/index.ts';
import type { ReadModelRebuild } from './read-model-rebuild.ts';

export type MigrationCommandLoop = CommandLoop<MigrationCommand, MigrationState, MigrationRefusalCode>;

/** One part of the service that `/health/ready` names. */
export interface HealthPart {
  readonly name: string;
  /** Resolves when the part answers, rejects with the reason when it does not. */
  check(): Promise<void>;
}

/** Everything behind the HTTP edge, put together by a composition root from the engines it chose. */
export interface Service {
  readonly partnerTenantId: string;
  readonly policy: MigrationPolicy;
  readonly clock: Clock;
  /** Set when time moves only on `PUT /v1/clock`. */
  readonly drivenClock: DrivenClock | null;
  readonly store: EventStore;
  readonly schemas: EventSchemas;
  readonly bus: MessageBus;
  readonly gateway: PartnerCenterGateway;
  readonly commands: MigrationCommandLoop;
  readonly executor: ToDoExecutor;
  readonly queries: ReadModelQueries;
  readonly soleWork: SoleWork;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly readModelRebuild: ReadModelRebuild;
  readonly health: readonly HealthPart[];
}
