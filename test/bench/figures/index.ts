import type { Figure } from '../figure.ts';
import { acceptanceEvents } from './acceptance-events.ts';
import { append } from './append.ts';
import { appendAlone } from './append-alone.ts';
import { disk } from './disk.ts';
import { eventLoopDelay } from './event-loop-delay.ts';
import { httpCommand } from './http-command.ts';
import { linearCost } from './linear-cost.ts';
import { idle } from './idle.ts';
import { lists } from './lists.ts';
import { postgresProjection } from './postgres-projection.ts';
import { rebuild } from './rebuild.ts';
import { relayOut } from './relay-out.ts';
import { wholeCommand } from './whole-command.ts';

/** In the order of design §5. */
export const FIGURES: readonly Figure[] = [
  append,
  appendAlone,
  wholeCommand,
  disk,
  httpCommand,
  rebuild,
  lists,
  acceptanceEvents,
  relayOut,
  postgresProjection,
  idle,
  eventLoopDelay,
  linearCost,
];
