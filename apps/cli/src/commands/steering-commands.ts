import type { Command } from 'commander';
import { UsageFault } from '../failures/usage-fault.ts';
import { given, momentOf } from './runner.ts';

/** All options that a steering command may have, as commander gives them. */
export interface SteeringOptions {
  readonly line?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly notBefore?: string;
  readonly acceptedAt?: string;
  readonly catalogItem?: string;
  readonly sku?: string;
  readonly seats?: string;
  readonly by?: string;
  readonly acknowledgeNoRefund?: boolean;
}

export interface SteeringCommand {
  /** As a person types it. */
  readonly name: string;
  /** As the interface names it. */
  readonly path: string;
  readonly description: string;
  readonly options: (command: Command) => Command;
  readonly body: (options: SteeringOptions) => Readonly<Record<string, unknown>>;
  /** Whether it speaks of one line, of all lines where none is named, or of the migration. */
  readonly line: 'one' | 'one-or-all' | 'none';
  /** What was done, for a person. */
  readonly done: string;
}

const noOptions = (command: Command): Command => command;
const noBody = (): Readonly<Record<string, unknown>> => ({});

function wholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageFault(`${option} is "${text}": give a whole number`);
}

function moment(text: string | undefined): string | undefined {
  return text === undefined ? undefined : momentOf(text);
}

export const STEERING_COMMANDS: readonly SteeringCommand[] = [
  {
    name: 'request',
    path: 'request-reseller',
    description: 'send the invitation now, also again after a decline or lapse',
    options: noOptions,
    body: noBody,
    line: 'none',
    done: 'The invitation is on its way',
  },
  {
    name: 'accept',
    path: 'record-acceptance',
    description: 'record that the customer accepted, where no message told it',
    options: (command) => command.option('--accepted-at <time>', 'when: a time, or a day (default: now)'),
    body: ({ acceptedAt }) => given({ acceptedAt: moment(acceptedAt) }),
    line: 'none',
    done: 'The acceptance is recorded',
  },
  {
    name: 'hold',
    path: 'hold',
    description: 'begin nothing outward until it is resumed',
    options: (command) =>
      command.requiredOption('--reason <text>', 'why').option('--until <time>', 'resume by itself then: a time, or a day'),
    body: ({ reason, until }) => given({ reason, until: moment(until) }),
    line: 'none',
    done: 'It is on hold',
  },
  { name: 'resume', path: 'resume', description: 'go on after a hold', options: noOptions, body: noBody, line: 'none', done: 'It goes on' },
  {
    name: 'withdraw',
    path: 'withdraw',
    description: 'end the migration for good; what was bought stays bought',
    options: (command) => command.requiredOption('--reason <text>', 'why'),
    body: ({ reason }) => given({ reason }),
    line: 'none',
    done: 'It is withdrawn',
  },
  {
    name: 'provision',
    path: 'provision',
    description: 'buy the targets now, or not before a time',
    options: (command) => command.option('--not-before <time>', 'a time, or a day (default: now)'),
    body: ({ notBefore }) => given({ notBefore: moment(notBefore) }),
    line: 'one-or-all',
    done: 'The purchase is asked for',
  },
  {
    name: 'retry',
    path: 'retry',
    description: 'try again what failed',
    options: noOptions,
    body: noBody,
    line: 'none',
    done: 'It is tried again',
  },
  {
    name: 'choose-target',
    path: 'choose-target',
    description: 'choose what replaces a line’s original',
    options: (command) =>
      command
        .requiredOption('--catalog-item <item>', 'product:sku or product:sku:availability, as Partner Center lists it')
        .option('--sku <guid>', 'the SKU that it must have')
        .option('--seats <n>', 'how many (default: as registered)'),
    body: ({ catalogItem, sku, seats }) => given({ catalogItem, skuId: sku, seats: wholeNumber(seats, '--seats') }),
    line: 'one',
    done: 'The target is chosen',
  },
  {
    name: 'choose-original-end',
    path: 'choose-original-end',
    description: 'choose how a line’s original ends; to cancel refunds nothing',
    options: (command) =>
      command
        .requiredOption('--by <way>', 'expiry or cancellation')
        .option('--acknowledge-no-refund', 'a cancellation refunds nothing, and that is known'),
    body: ({ by, acknowledgeNoRefund }) => given({ by, acknowledgeNoRefund }),
    line: 'one',
    done: 'The way of ending is chosen',
  },
];
