import type { Instant } from './instant.ts';

/** The only source of time. The system's, or a driven one that moves when told (design §4, "Time is a port"). */
export interface Clock {
  now(): Instant;
}
