import { OneOf, YesOrNoText } from '../fields/fields.ts';
import { PageQuery } from '../request/paging.ts';

const OUTCOMES = ['accepted', 'rejected', 'duplicate'] as const;

export class ImportQuery {
  @YesOrNoText({ optional: true, description: 'Writes nothing, and gives the same report.' })
  dryRun?: boolean;
}

export class ImportRowsQuery extends PageQuery {
  @OneOf(OUTCOMES, 'unknown-outcome', { optional: true })
  outcome?: (typeof OUTCOMES)[number];
}
