import type { Command } from 'commander';
import { RISKS, STAGES } from '../api-client/shapes.ts';
import { collected, given } from './runner.ts';

export interface FilterOptions {
  readonly stage?: readonly string[];
  readonly risk?: readonly string[];
  readonly wave?: string;
  readonly program?: string;
  readonly q?: string;
  readonly endsBefore?: string;
}

/** The filters that lists and bulk commands have in common. */
export function withFilters(command: Command): Command {
  return command
    .option('--stage <stages>', `one or more of ${STAGES.join(', ')}`, collected)
    .option('--risk <risks>', `one or more of ${RISKS.join(', ')}`, collected)
    .option('--wave <wave>', 'only this wave')
    .option('--program <program>', 'only customers with a line of this program, as web-direct or open-value')
    .option('--q <text>', 'a part of the customer’s name, domain or tenant')
    .option('--ends-before <day>', 'only those whose first original ends before this day');
}

export function filterOf({ stage, risk, wave, program, q, endsBefore }: FilterOptions): Partial<FilterOptions> {
  return given({ stage, risk, wave, program, q, endsBefore });
}
