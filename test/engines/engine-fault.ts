/** Why an engine cannot be had on this machine, and what its reader can do about it. */
export class EngineFault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EngineFault';
  }
}
