import type { Clock } from '#kernel';
import { parkedMessageId, type Message, type MessageOutcome } from '#event-sourcing';
import type { IncomingFact } from '#messaging';
import { lineOf, type MigrationCommand } from '#migration';
import { migrationsOf, type CustomerMigration, type MigrationCommands } from '../customers/customer-migrations.ts';
import { usableFactIn } from './usable-fact.ts';

export interface ApplyParts {
  readonly commands: MigrationCommands;
  readonly partnerTenantId: string;
  readonly clock: Clock;
}

export type Applied = MessageOutcome | { readonly kind: 'duplicate' };

/** The one path by which a message acts on a customer's migration: what cannot be used is answered with its reason. */
export async function applyMessage(message: Message, { commands, partnerTenantId, clock }: ApplyParts): Promise<Applied> {
  const usable = usableFactIn(message.payload, partnerTenantId);
  if (!usable.ok) return unusable(usable.reason, usable.detail);
  const { fact } = usable;
  const known = await migrationsOf(commands, partnerTenantId, fact.customerTenantId);
  if (known.length === 0)
    return unusable('unknown-customer', `customer ${fact.customerTenantId} is not registered: the message is applied once it is`);
  const key = `${message.source} ${message.id}`;
  const owner = ownerOf(fact, known, key);
  if (!owner)
    return unusable(
      'unknown-original',
      `customer ${fact.customerTenantId} has no original ${fact.about === 'original' ? fact.subscriptionId : ''} here: the message is applied once it is registered`,
    );
  if (owner === 'known') return { kind: 'duplicate' };
  const outcome = await commands.execute(owner.streamId, {
    id: parkedMessageId(message),
    command: commandOf(fact, key, clock),
    actor: `message:${message.source}`,
    correlationId: owner.migrationId,
    occurredAt: fact.occurredAt,
  });
  if (outcome.kind === 'applied') return { kind: outcome.repeated || outcome.events.length === 0 ? 'duplicate' : 'applied' };
  return outcome.kind === 'refused'
    ? unusable(outcome.refusal.code, outcome.refusal.detail)
    : unusable('stale', 'the migration has moved on: replay the message');
}

function unusable(reason: string, detail: string): MessageOutcome {
  return { kind: 'unusable', reason, detail };
}

/**
 * The migration that a fact is about: the customer's latest for the relationship, the latest that has the original for an
 * original. `known` when it stands in one of them, so that a late copy does not act on a migration that began after it.
 */
function ownerOf(fact: IncomingFact, migrations: readonly CustomerMigration[], key: string): CustomerMigration | 'known' | undefined {
  if (fact.about === 'relationship') {
    const known = migrations.some(({ migration }) => migration.relationshipFacts.some((recorded) => recorded.key === key));
    return known ? 'known' : migrations.at(-1);
  }
  const holders = migrations.filter(({ migration }) => lineOf(migration, fact.subscriptionId));
  const known = holders.some(({ migration }) =>
    lineOf(migration, fact.subscriptionId)!.originalFacts.some((recorded) => recorded.key === key),
  );
  return known ? 'known' : holders.at(-1);
}

const RELATIONSHIP_COMMANDS = { accepted: 'RecordAcceptance', declined: 'RecordDecline', removed: 'RecordRelationshipRemoved' } as const;

function commandOf(fact: IncomingFact, key: string, clock: Clock): MigrationCommand {
  const at = clock.now();
  const { occurredAt } = fact;
  if (fact.about === 'relationship') return { type: RELATIONSHIP_COMMANDS[fact.change], at, occurredAt, key };
  return {
    type: 'RecordOriginalChange',
    at,
    originalSubscriptionId: fact.subscriptionId,
    change: fact.change,
    occurredAt,
    key,
    termEnd: fact.termEnd ?? null,
  };
}
