import type { Chance } from './chance.ts';

/** The most that each fault of the stand-in strikes; a rate is drawn below it, or it is off. */
const WORST: Readonly<Record<string, number>> = {
  throttle: 0.08,
  'lost-reply-after-commit': 0.25,
  'order-visible-late': 0.3,
  'partial-checkout': 0.3,
  'webhook-twice': 0.5,
  'webhook-late': 0.5,
  'webhook-never': 0.4,
  'provisioning-slow': 0.06,
  'provisioning-fails-once': 0.3,
  'server-error': 0.12,
  'catalog-item-gone': 0.15,
  'cart-processing': 0.3,
  'partial-provisioning': 0.3,
};

export function badWeather(chance: Chance): Record<string, number> {
  return Object.fromEntries(
    Object.entries(WORST).map(([name, most]) => [name, chance.happens(0.6) ? Math.round(chance.fraction() * most * 1000) / 1000 : 0]),
  );
}

export function fairWeather(): Record<string, number> {
  return Object.fromEntries(Object.keys(WORST).map((name) => [name, 0]));
}
