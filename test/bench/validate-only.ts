import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Param, Post } from '@nestjs/common';
import { NestApplicationContextOptions } from '@nestjs/common/interfaces/nest-application-context-options.interface.js';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { useBodyParsers } from '../../libs/application/src/http/edge/body-parsers.ts';
import { useRequestHooks } from '../../libs/application/src/http/edge/request-hooks.ts';
import { GuidParam } from '../../libs/application/src/http/fields/guid-param.ts';
import { RequestValidationPipe } from '../../libs/application/src/http/fields/validation-pipe.ts';
import { HoldBody } from '../../libs/application/src/http/migrations/command-bodies.ts';

/** The peer of a command over HTTP: takes the same address and body, checks them with the same pipe, and does nothing. */
@Controller('v1/migrations/:id')
class ValidateOnlyController {
  @Post('hold')
  @HttpCode(200)
  hold(@Param('id', GuidParam) id: string, @Body() { reason }: HoldBody): object {
    return { id, reason };
  }
}

@Module({ controllers: [ValidateOnlyController] })
class ValidateOnlyModule {}

export async function createValidateOnly(newId: () => string): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter();
  useRequestHooks(adapter.getInstance(), newId);
  useBodyParsers(adapter.getInstance());
  const options = Object.assign(new NestApplicationContextOptions(), { logger: false as const, bodyParser: false });
  const app = await NestFactory.create<NestFastifyApplication>(ValidateOnlyModule, adapter, options);
  app.useGlobalPipes(new RequestValidationPipe());
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}
