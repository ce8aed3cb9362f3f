import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

export class Retry extends SteeringCommand<object> {}

@CommandHandler(Retry)
export class RetryHandler implements ICommandHandler<Retry> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ migrationId, context }: Retry): Promise<CommandAnswer> {
    return applyCommand(this.service, migrationId, { type: 'Retry', at: this.service.clock.now() }, context);
  }
}
