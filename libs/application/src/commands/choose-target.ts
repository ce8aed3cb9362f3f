import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { derivedId } from '#kernel';
import { lineOf, offerNamed, targetFrom } from '#migration';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand, loadMigration } from './apply-command.ts';
import { CommandRefused, CommandUnusable } from './failures.ts';
import { SteeringCommand } from './steering-command.ts';

export interface ChosenTarget {
  readonly originalSubscriptionId: string;
  readonly catalogItem: string;
  readonly skuId?: string;
  /** Absent = as many as the import wished for, else as many as the original has. */
  readonly seats?: number;
}

export class ChooseTarget extends SteeringCommand<ChosenTarget> {}

/** What is sold, and within which limits, is the catalog's to say: the person only names it. */
@CommandHandler(ChooseTarget)
export class ChooseTargetHandler implements ICommandHandler<ChooseTarget> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  async execute({ migrationId, body, context }: ChooseTarget): Promise<CommandAnswer> {
    const { gateway, clock } = this.service;
    const { originalSubscriptionId, catalogItem, skuId } = body;
    const migration = await loadMigration(this.service, migrationId);
    const line = lineOf(migration, originalSubscriptionId);
    if (!line) throw new CommandRefused({ code: 'unknown-original', detail: `this migration has no original ${originalSubscriptionId}` });
    const { value: catalog, evidence } = await gateway.catalog(derivedId('catalog', context.commandId), migration.country);
    const offer = offerNamed(catalogItem, catalog);
    if (!offer) {
      throw new CommandUnusable(
        'catalog-item-unknown',
        '/catalogItem',
        `the catalog does not sell ${catalogItem} in ${migration.country}: name an item that it sells`,
      );
    }
    if (skuId !== undefined && offer.skuGuid !== skuId) {
      throw new CommandUnusable(
        'sku-mismatch',
        '/skuId',
        `${catalogItem} is SKU ${offer.skuGuid}: leave skuId out, or name the item that sells ${skuId}`,
      );
    }
    const target = targetFrom(offer, body.seats ?? line.target?.seats ?? line.seats, migration.policy);
    return applyCommand(this.service, migrationId, { type: 'ChooseTarget', at: clock.now(), originalSubscriptionId, target }, context, {
      evidence,
    });
  }
}
