import { type Instant, plusMs } from '#kernel';

const HOUR_MS = 3_600_000;

/** `P3D` or `PT12H` later. */
export function plusDuration(instant: Instant, duration: string): Instant {
  const [, days, hours] = /^P(?:(\d+)D|T(\d+)H)$/.exec(duration) ?? [];
  if (days === undefined && hours === undefined) throw new Error(`${duration} is no duration that the simulation draws`);
  return plusMs(instant, (Number(days ?? 0) * 24 + Number(hours ?? 0)) * HOUR_MS);
}
