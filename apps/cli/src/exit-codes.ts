/** What the process ends with; told by `cutover help`. */
export const EXIT = {
  done: 0,
  failed: 1,
  partly: 2,
  unreachable: 3,
  usage: 64,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `Exit codes:
  0    done; an import: every row was accepted
  1    refused or failed: the reason is on standard error
  2    done in part: some rows were rejected, or some migrations refused
  3    the service does not answer
  64   the command line itself is wrong
  130  ended by Ctrl-C before it was done`;
