import type { AppendStandings } from './append-race.ts';
import type { BareLogKind } from './bare-appends.ts';
import type { Measurement } from './figure.ts';

/** What the embedded log reached beside each of the bare loops. */
export function besideBareLoops(name: string, { ours, peers }: AppendStandings, judged: Partial<Measurement>): readonly Measurement[] {
  const beside = (of: string, kind: BareLogKind) => ({ unit: '/s', value: ours, peer: { name: of, ...peers[kind] } });
  return [
    { name, ...beside('bare loop that checks the revision', 'checked'), ...judged },
    { name: '', ...beside('… and that an id comes once', 'unique-ids') },
    { name: '', ...beside('… bare inserts, nothing checked', 'inserts') },
  ];
}

export const HELD_TO_BARE_LOOP: Partial<Measurement> = {
  limit: { of: 'ratio', kind: 'at-least', value: 0.7 },
  note: 'what the bare loop is: docs/adr/0022',
};
