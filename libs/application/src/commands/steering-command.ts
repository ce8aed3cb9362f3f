import { Command } from '@nestjs/cqrs';
import type { CommandAnswer } from './apply-command.ts';
import type { CommandContext } from './command-context.ts';

/** A person's command about one migration. */
export abstract class SteeringCommand<Body> extends Command<CommandAnswer> {
  constructor(
    readonly migrationId: string,
    readonly body: Body,
    readonly context: CommandContext,
  ) {
    super();
  }
}
