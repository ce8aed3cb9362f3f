import type { Type } from '@nestjs/common';
import type { Instant } from '#kernel';
import {
  ChooseOriginalEnd,
  ChooseTarget,
  type CommandContext,
  Hold,
  ProvisionSubscription,
  RecordAcceptance,
  RequestReseller,
  Resume,
  Retry,
  type SteeringCommand,
  Withdraw,
} from '../../commands/index.ts';
import { NoFields } from '../fields/validation-pipe.ts';
import { invalidRequest } from '../problems/problem.ts';
import { ChooseOriginalEndBody, ChooseTargetBody, HoldBody, ProvisionBody, RecordAcceptanceBody, WithdrawBody } from './command-bodies.ts';

/** `Body` is what the checked body is; kept as `never`, since only the route that belongs to a body may be given it. */
interface SteeringRoute<Body extends object = never> {
  readonly body: Type<object>;
  command(migrationId: string, body: Body, context: CommandContext): SteeringCommand<object>;
  /** What only the service's clock can tell of a body. */
  check?(body: Body, now: Instant): void;
}

function route<Body extends object>(steering: SteeringRoute<Body>): SteeringRoute {
  return steering;
}

const plain = (make: new (migrationId: string, body: object, context: CommandContext) => SteeringCommand<object>): SteeringRoute =>
  route<NoFields>({ body: NoFields, command: (migrationId, _body, context) => new make(migrationId, {}, context) });

/** Only what is there: a field that is undefined is no field. */
function given<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}

/** Every command that a person may give about a migration, by its name in addresses (contract §3). */
export const STEERING_COMMANDS = {
  'request-reseller': plain(RequestReseller),
  'record-acceptance': route<RecordAcceptanceBody>({
    body: RecordAcceptanceBody,
    command: (migrationId, { acceptedAt }, context) => new RecordAcceptance(migrationId, given({ acceptedAt }), context),
    check({ acceptedAt }, now) {
      if (acceptedAt !== undefined && acceptedAt > now) {
        throw invalidRequest([
          { pointer: '/acceptedAt', code: 'in-the-future', hint: `is after now (${now}): give the time at which it happened` },
        ]);
      }
    },
  }),
  'choose-target': route<ChooseTargetBody>({
    body: ChooseTargetBody,
    command: (migrationId, { originalSubscriptionId, catalogItem, skuId, seats }, context) =>
      new ChooseTarget(migrationId, { originalSubscriptionId, catalogItem, ...given({ skuId, seats }) }, context),
  }),
  provision: route<ProvisionBody>({
    body: ProvisionBody,
    command: (migrationId, { originalSubscriptionId, notBefore }, context) =>
      new ProvisionSubscription(migrationId, given({ originalSubscriptionId, notBefore }), context),
  }),
  'choose-original-end': route<ChooseOriginalEndBody>({
    body: ChooseOriginalEndBody,
    command: (migrationId, { originalSubscriptionId, by, acknowledgeNoRefund }, context) =>
      new ChooseOriginalEnd(migrationId, { originalSubscriptionId, by, ...given({ acknowledgeNoRefund }) }, context),
  }),
  hold: route<HoldBody>({
    body: HoldBody,
    command: (migrationId, { reason, until }, context) => new Hold(migrationId, { reason, ...given({ until }) }, context),
  }),
  resume: plain(Resume),
  withdraw: route<WithdrawBody>({
    body: WithdrawBody,
    command: (migrationId, { reason }, context) => new Withdraw(migrationId, { reason }, context),
  }),
  retry: plain(Retry),
} as const;

export type SteeringName = keyof typeof STEERING_COMMANDS;

export function isSteeringName(name: string): name is SteeringName {
  return Object.hasOwn(STEERING_COMMANDS, name);
}

/** The command of a body that was checked against the route's own shape. @throws Problem for what only the clock can tell */
export function steeringCommand(
  name: SteeringName,
  migrationId: string,
  body: object,
  context: CommandContext,
  now: Instant,
): SteeringCommand<object> {
  const steering: SteeringRoute = STEERING_COMMANDS[name];
  steering.check?.(body as never, now);
  return steering.command(migrationId, body as never, context);
}
