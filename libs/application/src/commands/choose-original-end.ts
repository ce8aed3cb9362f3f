import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { derivedId } from '#kernel';
import { lineOf } from '#migration';
import type { EndingFactsRead } from '../automation/index.ts';
import type { Service } from '../service/service.ts';
import type { HttpPorts } from '../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../wiring/tokens.ts';
import { type CommandAnswer, applyCommand, loadMigration } from './apply-command.ts';
import { SteeringCommand } from './steering-command.ts';

export interface OriginalEnd {
  readonly originalSubscriptionId: string;
  readonly by: 'expiry' | 'cancellation';
  readonly acknowledgeNoRefund?: boolean;
}

export class ChooseOriginalEnd extends SteeringCommand<OriginalEnd> {}

@CommandHandler(ChooseOriginalEnd)
export class ChooseOriginalEndHandler implements ICommandHandler<ChooseOriginalEnd> {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(HTTP_PORTS) private readonly ports: Pick<HttpPorts, 'endingFacts'>,
  ) {}

  async execute({ migrationId, body, context }: ChooseOriginalEnd): Promise<CommandAnswer> {
    const { originalSubscriptionId, by, acknowledgeNoRefund = false } = body;
    const read =
      by === 'cancellation' && acknowledgeNoRefund ? await this.#readBack(migrationId, originalSubscriptionId, context.commandId) : null;
    return applyCommand(
      this.service,
      migrationId,
      {
        type: 'ChooseOriginalEnd',
        at: this.service.clock.now(),
        originalSubscriptionId,
        by,
        acknowledgeNoRefund,
        facts: read?.facts ?? null,
      },
      context,
      read?.evidence ? { evidence: read.evidence } : {},
    );
  }

  /** Rule 3: the facts are read back before an original is ended; `null` where the state alone forbids it. */
  async #readBack(migrationId: string, originalSubscriptionId: string, commandId: string): Promise<EndingFactsRead | null> {
    const migration = await loadMigration(this.service, migrationId);
    const line = lineOf(migration, originalSubscriptionId);
    if (!line?.subscription) return null;
    return this.ports.endingFacts(migration, line, (call) => derivedId('ending', commandId, call));
  }
}
