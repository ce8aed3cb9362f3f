import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { RebuildView } from '../../service/read-model-rebuild.ts';
import type { Service } from '../../service/service.ts';
import { SERVICE } from '../../wiring/tokens.ts';
import { Describes } from '../openapi/describes.ts';

@ApiTags('operations')
@Controller('v1/read-models/rebuild')
export class ReadModelsController {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  @Post()
  @HttpCode(202)
  @Describes({
    summary: 'Builds the read models anew from the log',
    description: 'Beside those in use, which go on serving until the new ones take over. One at a time: a second request joins the first.',
    answer: 'Rebuild',
    status: 202,
  })
  begin(): RebuildView {
    return this.service.readModelRebuild.begin();
  }

  @Get()
  @Describes({ summary: 'How far the last rebuild is', answer: 'Rebuild' })
  look(): RebuildView {
    return this.service.readModelRebuild.view;
  }
}
