import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant } from '#kernel';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

export class Hold extends SteeringCommand<{ readonly reason: string; readonly until?: Instant }> {}

@CommandHandler(Hold)
export class HoldHandler implements ICommandHandler<Hold> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ migrationId, body, context }: Hold): Promise<CommandAnswer> {
    const { reason, until = null } = body;
    return applyCommand(this.service, migrationId, { type: 'Hold', at: this.service.clock.now(), reason, until }, context, { reason });
  }
}
