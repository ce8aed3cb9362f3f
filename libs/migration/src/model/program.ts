/** Where an original was bought (contract, import columns). */
export const PROGRAMS = ['web-direct', 'open', 'open-value', 'ea', 'mpsa', 'syndication', 'csp-legacy', 'csp-other-partner'] as const;
export type Program = (typeof PROGRAMS)[number];
