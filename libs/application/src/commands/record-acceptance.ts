import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant } from '#kernel';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

/** A person knows that the customer has accepted; absent time = now. */
export class RecordAcceptance extends SteeringCommand<{ readonly acceptedAt?: Instant }> {}

@CommandHandler(RecordAcceptance)
export class RecordAcceptanceHandler implements ICommandHandler<RecordAcceptance> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ migrationId, body, context }: RecordAcceptance): Promise<CommandAnswer> {
    const at = this.service.clock.now();
    const occurredAt = body.acceptedAt ?? at;
    return applyCommand(this.service, migrationId, { type: 'RecordAcceptance', at, occurredAt, key: `api:${context.commandId}` }, context);
  }
}
