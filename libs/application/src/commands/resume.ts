import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

export class Resume extends SteeringCommand<object> {}

@CommandHandler(Resume)
export class ResumeHandler implements ICommandHandler<Resume> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ migrationId, context }: Resume): Promise<CommandAnswer> {
    return applyCommand(this.service, migrationId, { type: 'Resume', at: this.service.clock.now() }, context);
  }
}
