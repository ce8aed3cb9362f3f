import type { Risk, Stage, ToDoKind } from '#migration';

/** The shapes of the service's HTTP interface as this client reads them: plain JSON, times and days as text. */
export type { Risk, Stage, ToDoKind };

export const STAGES = [
  'registered',
  'requested',
  'accepted',
  'provisioning',
  'provisioned',
  'reassigning',
  'overlapping',
  'completed',
  'declined',
  'lapsed',
  'withdrawn',
] as const satisfies readonly Stage[];
export const RISKS = ['none', 'watch', 'act', 'gap'] as const satisfies readonly Risk[];

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Attention {
  readonly code: string;
  readonly detail: string;
  readonly since: string;
}

export interface Summary {
  readonly id: string;
  readonly customerTenantId: string;
  readonly customerName: string;
  readonly customerDomain: string;
  readonly country: string;
  readonly wave: string | null;
  readonly stage: Stage;
  readonly onHold: boolean;
  readonly needsAttention: Attention | null;
  readonly risk: Risk;
  readonly seats: number;
  readonly lines: number;
  readonly nextDueAt: string | null;
  readonly lastSafeMoment: string | null;
  readonly firstOriginalEnd: string | null;
  readonly updatedAt: string;
  readonly version: number;
}

export interface CoverageInterval {
  readonly from: string;
  /** null = open. */
  readonly to: string | null;
  readonly seats: number;
  readonly by: 'original' | 'target' | 'both' | 'none';
  /** The original has ended, and its users still work. */
  readonly grace?: boolean;
  /** The target is planned for then, not bought yet. */
  readonly planned?: boolean;
}

export interface LineItem {
  readonly originalSubscriptionId: string;
  readonly program: string;
  readonly stage: Stage;
  readonly offerMatch: 'same' | 'different' | 'unmapped';
  readonly original: {
    readonly offerName: string;
    readonly skuId: string;
    readonly seats: number;
    readonly termEnd: string;
    readonly autoRenew: boolean;
    readonly state: string;
  };
  readonly target: {
    readonly catalogItem: string | null;
    readonly skuId: string | null;
    readonly seats: number | null;
    readonly state: string;
    readonly cartId: string | null;
    readonly orderId: string | null;
    readonly subscriptionId: string | null;
  };
  readonly licenses: { readonly inScope: number; readonly reassigned: number; readonly failed: number };
  readonly plan: { readonly earliest: string; readonly planned: string; readonly lastSafe: string };
  readonly coverage: readonly CoverageInterval[];
}

export interface ToDo {
  readonly id: string;
  readonly kind: string;
  readonly migrationId?: string;
  readonly originalSubscriptionId?: string | null;
  readonly dueAt: string;
  readonly attempts: number;
  readonly lastError: string | null;
}

export interface Migration extends Summary {
  readonly contactEmail?: string | null;
  readonly hold?: { readonly reason: string; readonly until: string | null } | null;
  readonly attentions?: readonly Attention[];
  readonly lineItems: readonly LineItem[];
  readonly invitation: {
    readonly link: string | null;
    readonly sentAt: string | null;
    readonly reminders: number;
    readonly acceptedAt: string | null;
    readonly lapsesAt: string | null;
  };
  readonly todos: readonly ToDo[];
}

export interface HistoryItem {
  readonly position: string;
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly evidence: unknown;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface PlannedLine {
  readonly originalSubscriptionId: string;
  readonly action: string;
  readonly catalogItem: string | null;
  readonly seats: number | null;
  readonly earliest: string;
  readonly planned: string;
  readonly lastSafe: string;
  readonly naturalEnd: string;
  readonly overlapDays: number;
  readonly overlapCost: number | null;
  readonly currency: string | null;
  readonly limitsHit: readonly { readonly code: string; readonly detail: string }[];
}

export interface Plan {
  readonly id: string;
  readonly asOf: string;
  readonly lines: readonly PlannedLine[];
}
