import type { CommittedPositions } from '#event-sourcing';
import type { ReadModelCopyQueries } from '#read-models';
import type { ReadModelQueries } from './read-models.ts';

/** What is asked of the rows, each time of the copy that is in use then: a rebuild exchanges it. */
export function queriesInUse(inUse: () => ReadModelCopyQueries, positions: CommittedPositions): ReadModelQueries {
  return {
    get migrations() {
      return inUse().migrations;
    },
    get toDos() {
      return inUse().toDos;
    },
    get overview() {
      return inUse().overview;
    },
    get imports() {
      return inUse().imports;
    },
    get deadLetters() {
      return inUse().deadLetters;
    },
    positions,
  };
}
