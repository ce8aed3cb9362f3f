/** Where an original was bought (contract, "Import columns"). */
export const IMPORT_PROGRAMS = [
  'web-direct',
  'open',
  'open-value',
  'ea',
  'mpsa',
  'syndication',
  'csp-legacy',
  'csp-other-partner',
] as const;

export type ImportProgram = (typeof IMPORT_PROGRAMS)[number];
