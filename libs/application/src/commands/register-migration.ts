import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CustomerRegistration } from '../customers/index.ts';
import type { HttpPorts } from '../wiring/http-ports.ts';
import { HTTP_PORTS } from '../wiring/tokens.ts';
import type { CommandAnswer } from './apply-command.ts';
import type { CommandContext } from './command-context.ts';
import { CommandRefused } from './failures.ts';

export class RegisterMigration extends Command<CommandAnswer> {
  constructor(
    readonly customer: CustomerRegistration,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RegisterMigration)
export class RegisterMigrationHandler implements ICommandHandler<RegisterMigration> {
  constructor(@Inject(HTTP_PORTS) private readonly ports: Pick<HttpPorts, 'registration'>) {}

  async execute({ customer, context }: RegisterMigration): Promise<CommandAnswer> {
    const result = await this.ports.registration.register(customer, context);
    switch (result.kind) {
      case 'registered': {
        const { migration: state, revision, position } = result;
        return { state, revision, position, updatedAt: state.registeredAt };
      }
      case 'open':
        throw new CommandRefused(
          {
            code: 'already-registered',
            detail: `the customer has migration ${result.migrationId} open already: finish or withdraw that one first`,
          },
          result.migrationId,
        );
      case 'refused':
        throw new CommandRefused(result.refusal, result.migrationId);
      default:
        return result satisfies never;
    }
  }
}
