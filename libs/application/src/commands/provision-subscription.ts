import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant } from '#kernel';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

/** Absent = all lines, now. */
export class ProvisionSubscription extends SteeringCommand<{ readonly originalSubscriptionId?: string; readonly notBefore?: Instant }> {}

@CommandHandler(ProvisionSubscription)
export class ProvisionSubscriptionHandler implements ICommandHandler<ProvisionSubscription> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ migrationId, body, context }: ProvisionSubscription): Promise<CommandAnswer> {
    const { originalSubscriptionId = null, notBefore = null } = body;
    return applyCommand(
      this.service,
      migrationId,
      { type: 'ProvisionSubscription', at: this.service.clock.now(), originalSubscriptionId, notBefore },
      context,
    );
  }
}
