import { derivedId, type Evidence, type Instant } from '#kernel';
import type { LicenseReassignmentState } from '#migration';
import { licenseReassignmentDecider, licenseReassignmentStreamOf } from '#migration';
import type { Work } from './work.ts';

/** Users in one event of the license stream. */
const CHUNK = 100;

export interface MovedUsers {
  readonly reassigned: readonly string[];
  readonly failed: readonly { readonly userId: string; readonly code: string }[];
}

/** The license stream of one line: who is moved, and who could not be. */
export class LicenseProgress {
  readonly #streamId: string;
  #state: LicenseReassignmentState = licenseReassignmentDecider.initialState;
  #revision = -1;

  private constructor(readonly work: Work) {
    this.#streamId = licenseReassignmentStreamOf(work.migration.id, work.line.originalSubscriptionId);
  }

  static async of(work: Work): Promise<LicenseProgress> {
    const progress = new LicenseProgress(work);
    const loaded = await work.parts.licenses.load(progress.#streamId);
    if (loaded) {
      progress.#state = loaded.state;
      progress.#revision = loaded.revision;
    }
    return progress;
  }

  get state(): LicenseReassignmentState {
    return this.#state;
  }

  async write({ reassigned, failed }: MovedUsers, at: Instant, evidence?: Evidence): Promise<void> {
    for (let from = 0; from < Math.max(reassigned.length, failed.length); from += CHUNK) {
      const command = {
        type: 'RecordUsers',
        at,
        reassigned: reassigned.slice(from, from + CHUNK),
        failed: failed.slice(from, from + CHUNK),
      } as const;
      const outcome = await this.work.parts.licenses.execute(this.#streamId, {
        id: derivedId('automation', this.work.toDo.id, 'users', String(this.#revision)),
        command,
        actor: 'automation',
        correlationId: this.work.migration.id,
        ...(evidence && { evidence }),
      });
      if (outcome.kind !== 'applied') continue;
      this.#state = outcome.state;
      this.#revision = outcome.revision;
    }
  }
}
