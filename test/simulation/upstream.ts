import type { Instant } from '#kernel';
import { plusMs } from '#kernel';
import type { Chance } from './chance.ts';

const HOUR_MS = 3_600_000;

/** A CloudEvent on its way, in its JSON form. */
export type Event = Readonly<Record<string, unknown>> & { readonly id: string; readonly source: string };

export interface OnItsWay {
  readonly at: Instant;
  readonly event: Event;
  /** By the topics of the bus, or over HTTP. */
  readonly by: 'bus' | 'http';
}

/**
 * The upstream systems between whoever publishes an event and the product: they deliver it late, twice, out of order.
 * What it has taken is never lost.
 */
export class Upstream {
  readonly #chance: Chance;
  #onTheirWay: OnItsWay[] = [];
  /** Every event that was ever handed to the product, by source and id. */
  readonly handedOver = new Map<string, Event>();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  take(event: Event, now: Instant): void {
    // Of the event alone, whatever else is on its way.
    const chance = this.#chance.branch(event.id);
    const copies = chance.happens(0.15) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const wait = chance.weighted({ none: 60, hours: 25, days: 15 });
      const hours = { none: 0, hours: chance.between(1, 6), days: chance.between(7, 72) }[wait];
      this.#onTheirWay.push({ at: plusMs(now, hours * HOUR_MS), event, by: chance.happens(0.4) ? 'bus' : 'http' });
    }
  }

  nextDue(): Instant | undefined {
    return this.#onTheirWay.map(({ at }) => at).sort()[0];
  }

  /** What is due now, in an order of its own. Stays until it is said to have arrived. */
  due(now: Instant): readonly OnItsWay[] {
    return this.#onTheirWay.filter(({ at }) => at <= now).sort((a, b) => (a.event.id < b.event.id ? -1 : 1));
  }

  arrived(message: OnItsWay): void {
    this.#onTheirWay = this.#onTheirWay.filter((other) => other !== message);
    this.handedOver.set(`${message.event.source} ${message.event.id}`, message.event);
  }
}
