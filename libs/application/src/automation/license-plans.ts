import { LRUCache } from 'lru-cache';
import type { LicenseScope } from './license-scope.ts';

/** What is left of a run that had to stop: whom to go on with, without reading the whole directory again. */
export interface LicensePlan {
  readonly scope: LicenseScope;
  readonly failed: readonly { readonly userId: string; readonly code: string }[];
  /** Made by an earlier run: the directory may have changed since. */
  readonly resumed: boolean;
}

const REMEMBERED_PLANS = 1_000;

/** Remembered in memory only, for what it spares: after a restart the directory is read anew. */
export class LicensePlans {
  readonly #plans = new LRUCache<string, LicensePlan>({ max: REMEMBERED_PLANS });

  keep(toDoId: string, plan: Omit<LicensePlan, 'resumed'>): void {
    this.#plans.set(toDoId, { ...plan, resumed: true });
  }

  /** Each plan serves once. */
  take(toDoId: string): LicensePlan | undefined {
    const plan = this.#plans.get(toDoId);
    this.#plans.delete(toDoId);
    return plan;
  }
}
