import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { COMMAND_HANDLERS } from '../commands/index.ts';
import { QUERY_HANDLERS } from '../queries/index.ts';
import type { Service } from '../service/service.ts';
import type { HttpPorts } from '../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../wiring/tokens.ts';
import { MigrationsController } from './migrations/migrations-controller.ts';
import { SteeringController } from './migrations/steering-controller.ts';

/** The HTTP edge of one service. The buses only find the handler of a command or a query: nothing is published on them. */
@Module({})
export class ApplicationModule {
  static forService(service: Service, ports: HttpPorts): DynamicModule {
    return {
      module: ApplicationModule,
      imports: [CqrsModule.forRoot()],
      controllers: [MigrationsController, SteeringController],
      providers: [
        { provide: SERVICE, useValue: service },
        { provide: HTTP_PORTS, useValue: ports },
        ...COMMAND_HANDLERS,
        ...QUERY_HANDLERS,
      ],
    };
  }
}
