import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { COMMAND_HANDLERS } from '../commands/index.ts';
import { QUERY_HANDLERS } from '../queries/index.ts';
import type { Service } from '../service/service.ts';
import type { HttpPorts } from '../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../wiring/tokens.ts';
import { BulkCarrying } from './bulk/bulk-carrying.ts';
import { BulkController } from './bulk/bulk-controller.ts';
import { IDEMPOTENCY } from './edge/idempotency-token.ts';
import { Idempotency } from './edge/idempotency.ts';
import { ImportsController } from './imports/imports-controller.ts';
import { LiveController } from './live/live-controller.ts';
import { LiveStream } from './live/live-stream.ts';
import { AsyncApiController } from './messages/async-api-controller.ts';
import { DeadLettersController } from './messages/dead-letters-controller.ts';
import { EventsController } from './messages/events-controller.ts';
import { WebhookController } from './messages/webhook-controller.ts';
import { MigrationsController } from './migrations/migrations-controller.ts';
import { SteeringController } from './migrations/steering-controller.ts';
import { ClockController } from './operations/clock-controller.ts';
import { HealthController } from './operations/health-controller.ts';
import { MetricsController } from './operations/metrics-controller.ts';
import { Metrics } from './operations/metrics.ts';
import { ReadModelsController } from './operations/read-models-controller.ts';
import { OverviewController } from './operations/overview-controller.ts';

/** What a process shows over HTTP: all that the contract promises, or only what tells operators how it is. */
export type Surface = 'everything' | 'operations';

const OPERATIONS = [HealthController, MetricsController];

const CONTROLLERS = [
  MigrationsController,
  SteeringController,
  BulkController,
  ImportsController,
  OverviewController,
  LiveController,
  EventsController,
  WebhookController,
  DeadLettersController,
  ClockController,
  ...OPERATIONS,
  AsyncApiController,
  ReadModelsController,
];

/** The HTTP edge of one service. The buses only find the handler of a command or a query: nothing is published on them. */
@Module({})
export class ApplicationModule {
  static forService(service: Service, ports: HttpPorts, surface: Surface): DynamicModule {
    const metrics = new Metrics(service, ports);
    return {
      module: ApplicationModule,
      imports: [CqrsModule.forRoot()],
      controllers: surface === 'everything' ? CONTROLLERS : OPERATIONS,
      providers: [
        { provide: SERVICE, useValue: { ...service, commands: metrics.counting(service.commands) } satisfies Service },
        {
          provide: HTTP_PORTS,
          useValue: { ...ports, registration: metrics.countingRegistrations(ports.registration) } satisfies HttpPorts,
        },
        { provide: Metrics, useValue: metrics },
        { provide: IDEMPOTENCY, useValue: new Idempotency(service, ports.log) },
        LiveStream,
        BulkCarrying,
        ...COMMAND_HANDLERS,
        ...QUERY_HANDLERS,
      ],
    };
  }
}
