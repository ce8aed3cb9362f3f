/** The command line, the environment or a file named in it is wrong: nothing was asked of the service. */
export class UsageFault extends Error {}
