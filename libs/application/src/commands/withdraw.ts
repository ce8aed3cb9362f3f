import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

export class Withdraw extends SteeringCommand<{ readonly reason: string }> {}

@CommandHandler(Withdraw)
export class WithdrawHandler implements ICommandHandler<Withdraw> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ migrationId, body: { reason }, context }: Withdraw): Promise<CommandAnswer> {
    return applyCommand(this.service, migrationId, { type: 'Withdraw', at: this.service.clock.now(), reason }, context, { reason });
  }
}
