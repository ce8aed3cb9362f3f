import type { Clock } from '#kernel';
import type { CommandLoop, CommittedPositions, DrivenClock, EventSchemas, EventStore, ToDoExecutor } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { MigrationCommand, MigrationPolicy, MigrationRefusalCode, MigrationState } from '#migration';
import type { PartnerCenterGateway } from '#partner-center';
import type { DeadLetterQueries, IdempotencyKeys, ImportQueries, MigrationQueries, OverviewQuery, ToDoQueries } from '#read-models';
import type { ReadModelRebuild } from './read-model-rebuild.ts';

export type MigrationCommandLoop = CommandLoop<MigrationCommand, MigrationState, MigrationRefusalCode>;

/** One part of the service that `/health/ready` names. */
export interface HealthPart {
  readonly name: string;
  /** Resolves when the part answers, rejects with the reason when it does not. */
  check(): Promise<void>;
}

export interface Queries {
  readonly migrations: MigrationQueries;
  readonly toDos: ToDoQueries;
  readonly overview: OverviewQuery;
  readonly imports: ImportQueries;
  readonly deadLetters: DeadLetterQueries;
  /** How far the read models are: for `Min-Position`, and for the live stream. */
  readonly positions: CommittedPositions;
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
  readonly queries: Queries;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly readModelRebuild: ReadModelRebuild;
  readonly health: readonly HealthPart[];
}
