/** The stages that the outside sees (contract, `summary`), furthest behind first; the last three are closed ones. */
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
] as const;
export type Stage = (typeof STAGES)[number];

export const CLOSED_STAGES: readonly Stage[] = ['declined', 'lapsed', 'withdrawn'];

export type Risk = 'none' | 'watch' | 'act' | 'gap';
export const RISKS: readonly Risk[] = ['none', 'watch', 'act', 'gap'];
