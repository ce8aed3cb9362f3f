import { derivedId, type Clock, type Position } from '#kernel';
import {
  NO_MIGRATION,
  isOpen,
  migrationDecider,
  migrationIdOf,
  migrationStreamOf,
  type LineRegistration,
  type Migration,
  type MigrationPolicy,
  type MigrationRefusal,
  type RegisterMigration,
} from '#migration';
import type { MigrationCommands } from './customer-migrations.ts';

/** One customer with its lines, as `POST /v1/migrations` and an import give it. */
export interface CustomerRegistration {
  readonly customerTenantId: string;
  readonly customerName: string;
  readonly customerDomain: string;
  readonly country: string;
  readonly contactEmail: string | null;
  readonly wave: string | null;
  readonly lines: readonly LineRegistration[];
}

export interface RegistrationOrigin {
  /** Whoever repeats a registration repeats its id, and gets the first answer again. */
  readonly commandId: string;
  readonly actor: string;
}

export type RegistrationResult =
  | {
      readonly kind: 'registered';
      readonly migrationId: string;
      readonly migration: Migration;
      readonly revision: number;
      readonly position: Position;
      readonly repeated: boolean;
    }
  /** The customer has one that is neither completed nor closed. */
  | { readonly kind: 'open'; readonly migrationId: string; readonly migration: Migration }
  | {
      readonly kind: 'refused';
      readonly refusal: MigrationRefusal;
      /** The earlier migration that stands in the way. */
      readonly migrationId?: string;
    };

export interface RegistrationParts {
  readonly commands: MigrationCommands;
  readonly partnerTenantId: string;
  /** Recorded with every migration that is registered from now on. */
  readonly policy: MigrationPolicy;
  readonly clock: Clock;
}

/**
 * Registers a customer in the first of its streams that is free: a new one begins only when the one before is completed
 * or closed. Two who register the same customer meet in the same stream, where the log lets one of them begin.
 *
 * The one before is told first that it is superseded. Whoever would revive it meets that in its stream, where again the
 * log lets one of the two through; and a registration that breaks off in between goes on from there when it is repeated.
 */
export async function registerCustomer(
  parts: RegistrationParts,
  customer: CustomerRegistration,
  origin: RegistrationOrigin,
): Promise<RegistrationResult> {
  const { commands, partnerTenantId, policy, clock } = parts;
  const idOf = (generation: number): string => migrationIdOf(partnerTenantId, customer.customerTenantId, generation);
  for (let generation = 0; ; generation += 1) {
    const migrationId = idOf(generation);
    const streamId = migrationStreamOf(migrationId);
    const command: RegisterMigration = { type: 'RegisterMigration', at: clock.now(), migrationId, partnerTenantId, policy, ...customer };
    const outcome = await commands.execute(streamId, {
      id: derivedId('register', origin.commandId),
      command,
      actor: origin.actor,
      correlationId: migrationId,
    });
    if (outcome.kind === 'applied') {
      const { revision, position, repeated } = outcome;
      return { kind: 'registered', migrationId, migration: outcome.state!, revision, position, repeated };
    }
    if (outcome.kind === 'stale') throw new Error('a registration names no revision');
    if (outcome.refusal.code !== 'already-registered') return { kind: 'refused', refusal: outcome.refusal };

    const earlier = outcome.state!;
    if (!earlier.supersededBy && isOpen(earlier)) return { kind: 'open', migrationId, migration: earlier };
    const bought = orderedAlready(earlier, customer.lines);
    if (bought) return { kind: 'refused', refusal: bought, migrationId };
    if (earlier.supersededBy) continue;
    // Nothing may supersede that will not begin.
    const unfit = migrationDecider.decide(command, NO_MIGRATION);
    if (unfit.kind === 'refused') return { kind: 'refused', refusal: unfit.refusal };
    const successorId = idOf(generation + 1);
    const superseded = await commands.execute(streamId, {
      id: derivedId('supersede', origin.commandId),
      command: { type: 'Supersede', at: clock.now(), successorId },
      actor: origin.actor,
      correlationId: successorId,
    });
    // Somebody has revived it in between.
    if (superseded.kind === 'refused') return { kind: 'open', migrationId, migration: superseded.state! };
  }
}

/**
 * Nothing is bought twice, also across a customer's migrations: an earlier one may be withdrawn after it has ordered, or
 * while a cart's answer, which would have told, never came.
 */
function orderedAlready({ id, lines: known, purchase }: Migration, lines: readonly LineRegistration[]): MigrationRefusal | undefined {
  for (const { originalSubscriptionId: original } of lines) {
    const line = known.find(({ originalSubscriptionId }) => originalSubscriptionId === original);
    const orderId = line?.subscription?.orderId ?? line?.order?.orderId;
    if (orderId !== undefined) {
      const detail = `migration ${id} has ordered the target of original ${original} already (order ${orderId}): leave that original out`;
      return { code: 'already-ordered', detail };
    }
    if (purchase?.cartId && purchase.lines.some(({ originalSubscriptionId }) => originalSubscriptionId === original)) {
      const detail = `cart ${purchase.cartId} of migration ${id} has no definite answer, so the target of original ${original} may be ordered: look in Partner Center, and leave that original out`;
      return { code: 'purchase-open', detail };
    }
  }
  return undefined;
}
