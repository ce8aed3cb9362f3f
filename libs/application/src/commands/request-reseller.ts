import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

/** Asks the customer for the reseller relationship at once, also again after a decline or a lapse. */
export class RequestReseller extends SteeringCommand<object> {}

@CommandHandler(RequestReseller)
export class RequestResellerHandler implements ICommandHandler<RequestReseller> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ migrationId, context }: RequestReseller): Promise<CommandAnswer> {
    return applyCommand(this.service, migrationId, { type: 'RequestReseller', at: this.service.clock.now() }, context);
  }
}
