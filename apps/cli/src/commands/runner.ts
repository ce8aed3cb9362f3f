import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** Turns a command's body into what commander calls: opens the session, catches failures, keeps the exit code. */
export type Runner = <Args extends unknown[]>(
  body: (session: Session, ...args: Args) => Promise<ExitCode | undefined>,
) => (...args: [...Args, Command]) => Promise<void>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A moment as a person gives it: a day alone means its first moment, UTC. Anything else goes to the service as it is. */
export function momentOf(text: string): string {
  return DAY.test(text) ? `${text}T00:00:00Z` : text;
}

/** Only the fields that were given. */
export function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** An option that may be given several times, or with commas. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}
