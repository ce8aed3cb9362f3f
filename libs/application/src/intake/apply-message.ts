import type { Clock } from '#kernel';
import { parkedMessageId, type CommandEnvelope, type Message, type MessageOutcome, type StateElsewhere } from '#event-sourcing';
import type { IncomingFact } from '#messaging';
import { hasNeverEnded, lineOf, migrationIdOf, migrationStreamOf, type Migration, type MigrationCommand } from '#migration';
import { migrationsOf, type CustomerMigration, type MigrationCommands } from '../customers/customer-migrations.ts';
import { usableFactIn } from './usable-fact.ts';

/** What the rows say of migrations: possibly not of their last events. */
export interface MigrationRows {
  migration(id: string): Promise<StateElsewhere<Migration> | undefined>;
}

export interface ApplyParts {
  readonly commands: MigrationCommands;
  readonly partnerTenantId: string;
  readonly clock: Clock;
  /** Asked first, where that is cheaper than reading the log for each message. */
  readonly rows?: MigrationRows | undefined;
}

type Owner = Pick<CustomerMigration, 'migrationId' | 'streamId' | 'migration'>;

export type Applied = MessageOutcome | { readonly kind: 'duplicate' };

/** The one path by which a message acts on a customer's migration: what cannot be used is answered with its reason. */
export async function applyMessage(message: Message, parts: ApplyParts): Promise<Applied> {
  const { commands, partnerTenantId, clock } = parts;
  const usable = usableFactIn(message.payload, partnerTenantId);
  if (!usable.ok) return unusable(usable.reason, usable.detail);
  const { fact } = usable;
  const applied = await appliedToRow(message, fact, parts);
  if (applied) return applied;
  const known = await migrationsOf(commands, partnerTenantId, fact.customerTenantId);
  if (known.length === 0)
    return unusable('unknown-customer', `customer ${fact.customerTenantId} is not registered: the message is applied once it is`);
  const owner = ownerOf(fact, known, keyOf(message));
  if (!owner)
    return unusable(
      'unknown-original',
      `customer ${fact.customerTenantId} has no original ${fact.about === 'original' ? fact.subscriptionId : ''} here: the message is applied once it is registered`,
    );
  if (owner === 'known') return { kind: 'duplicate' };
  const outcome = await commands.execute(owner.streamId, envelopeOf(message, fact, owner, clock));
  if (outcome.kind === 'applied') return { kind: outcome.repeated || outcome.events.length === 0 ? 'duplicate' : 'applied' };
  return outcome.kind === 'refused'
    ? unusable(outcome.refusal.code, outcome.refusal.detail)
    : unusable('stale', 'the migration has moved on: replay the message');
}

/**
 * The same by what the rows say, without reading the log: where the customer's first migration is by them such that
 * nothing can have come after it, and the log takes the fact at exactly that revision. A fact that stands in the rows
 * stands in the log too. `undefined` where the log has to be asked.
 */
async function appliedToRow(
  message: Message,
  fact: IncomingFact,
  { commands, partnerTenantId, clock, rows }: ApplyParts,
): Promise<Applied | undefined> {
  const migrationId = migrationIdOf(partnerTenantId, fact.customerTenantId, 0);
  const known = await rows?.migration(migrationId);
  if (!known || !hasNeverEnded(known.state)) return undefined;
  const first = { migrationId, streamId: migrationStreamOf(migrationId), migration: known.state };
  const owner = ownerOf(fact, [first], keyOf(message));
  if (owner === 'known') return { kind: 'duplicate' };
  if (!owner) return undefined;
  const outcome = await commands.executeOn(known, owner.streamId, envelopeOf(message, fact, owner, clock));
  return outcome && { kind: 'applied' };
}

/** The message's identity within its migration: what is known under it is not recorded again. */
function keyOf({ source, id }: Message): string {
  return `${source} ${id}`;
}

function envelopeOf(message: Message, fact: IncomingFact, { migrationId }: Owner, clock: Clock): CommandEnvelope<MigrationCommand> {
  return {
    id: parkedMessageId(message),
    command: commandOf(fact, keyOf(message), clock),
    actor: `message:${message.source}`,
    correlationId: migrationId,
    occurredAt: fact.occurredAt,
  };
}

function unusable(reason: string, detail: string): MessageOutcome {
  return { kind: 'unusable', reason, detail };
}

/**
 * The migration that a fact is about: the customer's latest for the relationship, the latest that has the original for an
 * original. `known` when it stands in one of them, so that a late copy does not act on a migration that began after it.
 */
function ownerOf(fact: IncomingFact, migrations: readonly Owner[], key: string): Owner | 'known' | undefined {
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
