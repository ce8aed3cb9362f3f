import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MigrationWithToDos } from '../../queries/index.ts';
import type { Service } from '../../service/service.ts';
import { SERVICE } from '../../wiring/tokens.ts';
import { GuidParam } from '../fields/guid-param.ts';
import { NoFields } from '../fields/validation-pipe.ts';
import { Describes } from '../openapi/describes.ts';
import { commandContextOf } from '../request/request-context.ts';
import { answerWithState } from './command-answer.ts';
import { ChooseOriginalEndBody, ChooseTargetBody, HoldBody, ProvisionBody, RecordAcceptanceBody, WithdrawBody } from './command-bodies.ts';
import { type SteeringName, steeringCommand } from './steering-commands.ts';

const STEERS = { answer: 'Migration', problems: [404, 409], writes: true, revisioned: true } as const;
const EMPTY = { required: false, schema: { type: 'object', additionalProperties: false } } as const;

/** `POST /v1/migrations/{id}/{command}`: what a person may do about one migration. */
@ApiTags('commands')
@Controller('v1/migrations/:id')
export class SteeringController {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(CommandBus) private readonly commands: CommandBus,
  ) {}

  @Post('request-reseller')
  @HttpCode(200)
  @ApiBody(EMPTY)
  @Describes({ ...STEERS, summary: 'Asks the customer for the reseller relationship at once, also again after a decline or a lapse' })
  requestReseller(
    @Param('id', GuidParam) id: string,
    @Body() body: NoFields,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('request-reseller', id, body, request, reply);
  }

  @Post('record-acceptance')
  @HttpCode(200)
  @Describes({ ...STEERS, summary: 'Records that the customer has accepted' })
  recordAcceptance(
    @Param('id', GuidParam) id: string,
    @Body() body: RecordAcceptanceBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('record-acceptance', id, body, request, reply);
  }

  @Post('choose-target')
  @HttpCode(200)
  @Describes({ ...STEERS, problems: [404, 409, 422], summary: 'Chooses what replaces an original' })
  chooseTarget(
    @Param('id', GuidParam) id: string,
    @Body() body: ChooseTargetBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('choose-target', id, body, request, reply);
  }

  @Post('provision')
  @HttpCode(200)
  @Describes({ ...STEERS, summary: 'Provisions one line or all of them, now or not before a time' })
  provision(
    @Param('id', GuidParam) id: string,
    @Body() body: ProvisionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('provision', id, body, request, reply);
  }

  @Post('choose-original-end')
  @HttpCode(200)
  @Describes({ ...STEERS, summary: 'Chooses how an original ends: by expiry, or by a cancellation that is not refunded' })
  chooseOriginalEnd(
    @Param('id', GuidParam) id: string,
    @Body() body: ChooseOriginalEndBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('choose-original-end', id, body, request, reply);
  }

  @Post('hold')
  @HttpCode(200)
  @Describes({ ...STEERS, summary: 'Holds a migration: nothing outward is begun' })
  hold(
    @Param('id', GuidParam) id: string,
    @Body() body: HoldBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('hold', id, body, request, reply);
  }

  @Post('resume')
  @HttpCode(200)
  @ApiBody(EMPTY)
  @Describes({ ...STEERS, summary: 'Resumes a migration on hold' })
  resume(
    @Param('id', GuidParam) id: string,
    @Body() body: NoFields,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('resume', id, body, request, reply);
  }

  @Post('withdraw')
  @HttpCode(200)
  @Describes({ ...STEERS, summary: 'Ends a migration that is not to be gone on with' })
  withdraw(
    @Param('id', GuidParam) id: string,
    @Body() body: WithdrawBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('withdraw', id, body, request, reply);
  }

  @Post('retry')
  @HttpCode(200)
  @ApiBody(EMPTY)
  @Describes({ ...STEERS, summary: 'Tries again what automation gave up' })
  retry(
    @Param('id', GuidParam) id: string,
    @Body() body: NoFields,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#steer('retry', id, body, request, reply);
  }

  async #steer(name: SteeringName, id: string, body: object, request: FastifyRequest, reply: FastifyReply): Promise<MigrationWithToDos> {
    const { clock } = this.service;
    const command = steeringCommand(name, id, body, commandContextOf(request), clock.now());
    return answerWithState(await this.commands.execute(command), reply, clock.now());
  }
}
