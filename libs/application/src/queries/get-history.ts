import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Evidence, type Instant, type RecordedEvent, positionToText } from '#kernel';
import type { EventSchemas } from '#event-sourcing';
import { migrationStreamOf } from '#migration';
import type { Page } from '#read-models';
import { MigrationUnknown } from '../commands/failures.ts';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

/** Contract, shapes: `history item`. */
export interface HistoryItem {
  readonly position: string;
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: string;
  readonly reason: string | null;
  readonly correlationId: string;
  readonly causationId: string;
  readonly evidence: Evidence | null;
  readonly data: unknown;
}

/** Every event of a migration in order, page by page; `after` is the last revision seen. */
export class GetHistory extends Query<Page<HistoryItem>> {
  constructor(
    readonly migrationId: string,
    readonly limit: number,
    readonly after: number,
  ) {
    super();
  }
}

@QueryHandler(GetHistory)
export class GetHistoryHandler implements IQueryHandler<GetHistory> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  async execute({ migrationId, limit, after }: GetHistory): Promise<Page<HistoryItem>> {
    const { store, schemas } = this.service;
    const streamId = migrationStreamOf(migrationId);
    const events = await store.readStream(streamId, { from: after + 1, limit: limit + 1 });
    if (events.length === 0 && (await store.readStream(streamId, { limit: 1 })).length === 0) throw new MigrationUnknown(migrationId);
    const shown = events.slice(0, limit);
    return {
      items: shown.map((event) => historyItemOf(event, schemas)),
      nextCursor: events.length > limit ? String(shown.at(-1)!.revision) : null,
    };
  }
}

function historyItemOf(event: RecordedEvent, schemas: EventSchemas): HistoryItem {
  const { type, data } = schemas.toDomainEvent(event);
  const { occurredAt, recordedAt, actor, reason, correlationId, causationId, evidence } = event.metadata;
  return {
    position: positionToText(event.position),
    revision: event.revision,
    type,
    occurredAt,
    recordedAt,
    actor,
    reason: reason ?? null,
    correlationId,
    causationId,
    evidence: evidence ?? null,
    data,
  };
}
