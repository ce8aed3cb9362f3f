/**
 * The day counts that a partner may set, for all, a wave or a line. They are recorded with each migration when it is
 * registered, so that a later change of the defaults does not rewrite history.
 */
export interface MigrationPolicy {
  /** Days after the invitation on which a reminder goes out. */
  readonly reminderDays: readonly number[];
  /** Days after the invitation when it counts as unanswered for good. */
  readonly lapseAfterDays: number;
  /** Days between two looks whether the customer accepted without a message reaching us (facts §3.4). */
  readonly relationshipCheckDays: number;
  /** Earliest sensible provisioning: days before the natural end. */
  readonly earliestDays: number;
  /** Planned provisioning: days before the natural end. Each day costs one day paid twice (facts §8.6). */
  readonly provisionDays: number;
  /** Last safe moment: days before the natural end in which visibility and provisioning fit (facts §6.3, §8.6). */
  readonly safetyDays: number;
  /** Added to the two above where users have to be moved to another SKU. */
  readonly reassignmentDays: number;
  /** Days that must lie between telling the customer to end an original and its natural end (rule 3, sixth fact). */
  readonly endBufferDays: number;
  /** How often a purchase that failed for good is begun anew before a person is asked. */
  readonly purchaseAttempts: number;
  /** Minutes before a failed purchase is begun anew. */
  readonly purchaseRetryMinutes: number;
  /** What is bought where the catalog offers it; else its first term. */
  readonly termDuration: string;
  readonly billingCycle: string;
}

export const DEFAULT_POLICY: MigrationPolicy = {
  reminderDays: [7, 14, 21, 29],
  lapseAfterDays: 30,
  relationshipCheckDays: 1,
  earliestDays: 14,
  provisionDays: 5,
  safetyDays: 2,
  reassignmentDays: 2,
  endBufferDays: 1,
  purchaseAttempts: 3,
  purchaseRetryMinutes: 10,
  termDuration: 'P1Y',
  billingCycle: 'monthly',
};
