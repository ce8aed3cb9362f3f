import type { Clock, Position, RecordedEvent } from '#kernel';
import { type BackOff, type Delay, type EventSchemas, type EventStore, type RunningSubscription, runSubscription } from '#event-sourcing';
import {
  type Message,
  type MessageBus,
  type OutgoingMode,
  TOPICS,
  isPublicEvent,
  migrationEventMessage,
  migrationStatusMessage,
} from '#messaging';
import { migrationOfStream } from '#migration';
import type { TraceContexts } from '../intake/trace-contexts.ts';
import type { LatestSummaries } from './latest-summaries.ts';

/** Up to where the log has been published. */
export interface RelayCheckpoint {
  /** `BEFORE_ALL` at first. */
  load(): Promise<Position>;
  save(position: Position): Promise<void>;
}

export interface RelayOptions {
  readonly store: Pick<EventStore, 'subscribe' | 'head'>;
  readonly bus: Pick<MessageBus, 'publish'>;
  readonly schemas: Pick<EventSchemas, 'personalPointers'>;
  readonly checkpoint: RelayCheckpoint;
  readonly summaries: LatestSummaries;
  readonly partnerTenantId: string;
  readonly clock: Clock;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onError?: (error: unknown) => void;
  /** Default `structured`. */
  readonly outgoingMode?: OutgoingMode;
  /** Of what came in: what goes out because of it goes on with its trace. */
  readonly traces?: Pick<TraceContexts, 'of'>;
  readonly batchSize?: number;
  readonly backOff?: BackOff;
}

/**
 * Publishes what the log says of migrations: each event to `migration-events`, in the order of its stream, and the
 * latest summary of each migration that a batch touches to `migration-status`. The checkpoint is saved after a batch is
 * published: so nothing is left out, and a crash in between publishes that batch again, with the same ids. A bus that
 * is down is waited for, for as long as it takes.
 */
export function runRelay(options: RelayOptions): RunningSubscription {
  const { bus, checkpoint, summaries, partnerTenantId, outgoingMode = 'structured' } = options;
  const stopping = new AbortController();

  function messageOf({ migrationId, event }: OfMigration): Message {
    return migrationEventMessage(event, {
      migrationId,
      partnerTenantId,
      personal: options.schemas.personalPointers(event.type),
      mode: outgoingMode,
      trace: options.traces?.of(event.metadata.causationId),
    });
  }

  async function publish(events: readonly OfMigration[], upTo: Position): Promise<void> {
    if (events.length === 0) return;
    await bus.publish(TOPICS.migrationEvents, events.map(messageOf));
    const revisions = new Map(events.map(({ migrationId, event }) => [migrationId, event.revision]));
    const latest = await summaries(revisions, upTo, stopping.signal);
    await bus.publish(
      TOPICS.migrationStatus,
      latest.map((summary) => migrationStatusMessage(summary, partnerTenantId, outgoingMode)),
    );
  }

  const subscription = runSubscription({
    ...options,
    checkpoint: () => checkpoint.load(),
    async handle({ events, upTo }) {
      await publish(publicEventsOfMigrations(events), upTo);
      await checkpoint.save(upTo);
      return { kind: 'done' };
    },
  });
  return {
    ...subscription,
    async stop() {
      stopping.abort();
      await subscription.stop();
    },
  };
}

/** An event of a migration, and of which one. */
interface OfMigration {
  readonly migrationId: string;
  readonly event: RecordedEvent;
}

function publicEventsOfMigrations(events: readonly RecordedEvent[]): readonly OfMigration[] {
  return events.filter(isPublicEvent).flatMap((event) => {
    const migrationId = migrationOfStream(event.streamId);
    return migrationId === undefined ? [] : [{ migrationId, event }];
  });
}
