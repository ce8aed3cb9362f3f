import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { asyncApiDocument, isPublicEvent } from '#messaging';
import { MIGRATION_EVENT_PERSONAL_DATA } from '#migration';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS } from '../../wiring/tokens.ts';

@ApiExcludeController()
@Controller('asyncapi.json')
export class AsyncApiController {
  readonly #document: object;

  constructor(@Inject(HTTP_PORTS) { version = '0.0.0' }: Pick<HttpPorts, 'version'>) {
    const migrationEventTypes = Object.keys(MIGRATION_EVENT_PERSONAL_DATA).filter((type) => isPublicEvent({ type }));
    this.#document = asyncApiDocument({ version, migrationEventTypes });
  }

  @Get()
  document(): object {
    return this.#document;
  }
}
