import type { Figure } from '../figure.ts';
import { append } from './append.ts';
import { disk } from './disk.ts';
import { eventLoopDelay } from './event-loop-delay.ts';
import { httpCommand } from './http-command.ts';
import { linearCost } from './linear-cost.ts';
import { lists } from './lists.ts';
import { rebuild } from './rebuild.ts';
import { wholeCommand } from './whole-command.ts';

/** In the order of design §5. */
export const FIGURES: readonly Figure[] = [append, wholeCommand, disk, httpCommand, rebuild, lists, eventLoopDelay, linearCost];
