import type { FastifyInstance } from 'fastify';
import type { World } from '../world.ts';
import { addAccountRoutes } from './account-routes.ts';
import { addClockRoutes, type ControlledClock } from './clock-routes.ts';
import { addCustomerControl } from './customer-control.ts';
import { addFaultRoutes } from './fault-routes.ts';

export interface ControlParts {
  readonly clock: ControlledClock;
  /** Where it is reached, for whoever knows only one of the two. */
  readonly addresses: () => { readonly url: string; readonly smtpUrl: string };
  /** Does everything due up to now. */
  readonly runDue: () => Promise<void>;
}

/** How tests and people steer the stand-in, and see what was done (contract §5). */
export function addControlRoutes(app: FastifyInstance, world: World, parts: ControlParts): void {
  addCustomerControl(app, world, parts);
  addFaultRoutes(app, world);
  addAccountRoutes(app, world);
  addClockRoutes(app, parts.clock);
  app.get('/control/addresses', () => parts.addresses());
}
