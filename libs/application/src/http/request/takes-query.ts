import { RouteConfig } from '@nestjs/platform-fastify';

/** The route reads query parameters. A route without it refuses all of them. */
export const TakesQuery = (): MethodDecorator => RouteConfig({ takesQuery: true });
