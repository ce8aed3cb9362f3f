import { type Decider, type Decision, type DomainEvent, type Instant, accept, derivedId } from '#kernel';

/**
 * User-level progress of moving a line's users from the old SKU to the new one, in a stream of its own: a tenant of
 * 50,000 users must not make the migration's stream long. Users are named by their directory id only.
 */
export type LicenseReassignmentEvent =
  | DomainEvent<'license-reassignment.users-reassigned.v1', { readonly at: Instant; readonly userIds: readonly string[] }>
  | DomainEvent<
      'license-reassignment.users-failed.v1',
      { readonly at: Instant; readonly users: readonly { readonly userId: string; readonly code: string }[] }
    >;

export const LICENSE_REASSIGNMENT_EVENTS: readonly LicenseReassignmentEvent['type'][] = [
  'license-reassignment.users-reassigned.v1',
  'license-reassignment.users-failed.v1',
];

export interface RecordUsers {
  readonly type: 'RecordUsers';
  readonly at: Instant;
  readonly reassigned: readonly string[];
  readonly failed: readonly { readonly userId: string; readonly code: string }[];
}

export interface LicenseReassignmentState {
  readonly reassigned: ReadonlySet<string>;
  /** Why a user could not be moved, by user id; a later success removes it. */
  readonly failed: ReadonlyMap<string, string>;
}

export function licenseReassignmentStreamOf(migrationId: string, originalSubscriptionId: string): string {
  return `license-reassignment-${derivedId('license-reassignment', migrationId, originalSubscriptionId)}`;
}

function decide(command: RecordUsers, state: LicenseReassignmentState): Decision<LicenseReassignmentEvent, never> {
  const userIds = command.reassigned.filter((userId) => !state.reassigned.has(userId));
  const users = command.failed.filter(({ userId, code }) => !state.reassigned.has(userId) && state.failed.get(userId) !== code);
  const events: LicenseReassignmentEvent[] = [];
  if (userIds.length > 0) events.push({ type: 'license-reassignment.users-reassigned.v1', data: { at: command.at, userIds } });
  if (users.length > 0) events.push({ type: 'license-reassignment.users-failed.v1', data: { at: command.at, users } });
  return accept(...events);
}

function evolve(state: LicenseReassignmentState, event: LicenseReassignmentEvent): LicenseReassignmentState {
  switch (event.type) {
    case 'license-reassignment.users-reassigned.v1': {
      const failed = new Map(state.failed);
      for (const userId of event.data.userIds) failed.delete(userId);
      return { reassigned: new Set([...state.reassigned, ...event.data.userIds]), failed };
    }
    case 'license-reassignment.users-failed.v1':
      return { ...state, failed: new Map([...state.failed, ...event.data.users.map(({ userId, code }) => [userId, code] as const)]) };
    default:
      return event satisfies never;
  }
}

export const licenseReassignmentDecider: Decider<RecordUsers, LicenseReassignmentState, LicenseReassignmentEvent, never> = {
  initialState: { reassigned: new Set(), failed: new Map() },
  decide,
  evolve,
};
