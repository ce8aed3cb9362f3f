import { type Instant, plusDays } from '#kernel';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Risk } from '../model/stage.ts';
import type { Migration } from '../model/state.ts';
import { attentionsOf } from '../rules/attention.ts';
import { planLine } from '../rules/planning.ts';
import { isOpen } from '../rules/standing.ts';

/**
 * From when on a migration is at which risk if nothing happens; null = not by the calendar. Read models keep these two
 * moments, so that a list is right at any time without being rewritten.
 */
export interface RiskSchedule {
  readonly gap: boolean;
  readonly actFrom: Instant | null;
  readonly watchFrom: Instant | null;
}

/** How long before the last safe moment an unanswered invitation is watched, and acted upon: days. */
const UNANSWERED_WATCH_DAYS = 14;
const UNANSWERED_ACT_DAYS = 5;

function earliest(moments: readonly Instant[]): Instant | null {
  return moments.length === 0 ? null : moments.reduce((a, b) => (a <= b ? a : b));
}

/** Alerts only where somebody must act: what runs by itself and in time is at no risk (field notes, ask 1). */
export function riskScheduleOf(migration: Migration, now: Instant): RiskSchedule {
  if (!isOpen(migration)) return { gap: false, actFrom: null, watchFrom: null };
  const gap = migration.lines.some((line) => line.gap?.phase === 'foreseen' || line.gap?.phase === 'open');
  const { status, acceptedAt } = relationshipFrom(migration.relationshipFacts);
  const ready = status === 'accepted' ? acceptedAt : null;
  const act: Instant[] = attentionsOf(migration, now).map((attention) => attention.since);
  const watch: Instant[] = [];
  for (const line of migration.lines) {
    if (line.subscription) continue;
    const plan = planLine(line, migration.policy, ready);
    act.push(ready ? plan.lastSafe : plusDays(plan.lastSafe, -UNANSWERED_ACT_DAYS));
    watch.push(ready ? plusDays(plan.planned, 1) : plusDays(plan.lastSafe, -UNANSWERED_WATCH_DAYS));
  }
  return { gap, actFrom: earliest(act), watchFrom: earliest(watch) };
}

export function riskAt(schedule: RiskSchedule, now: Instant): Risk {
  if (schedule.gap) return 'gap';
  if (schedule.actFrom && schedule.actFrom <= now) return 'act';
  if (schedule.watchFrom && schedule.watchFrom <= now) return 'watch';
  return 'none';
}
