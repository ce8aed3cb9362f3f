import { derivedId } from '#kernel';

const NUMBER_DIGITS = 12;

/** A customer's users are numbered from 0; a user's id carries its number, so that no table of users is needed. */
export function userIdOf(tenant: string, number: number): string {
  return `${prefixOf(tenant)}${number.toString(16).padStart(NUMBER_DIGITS, '0')}`;
}

/** The number of a user of this customer, `undefined` when the id is none of its users. */
export function userNumberOf(tenant: string, userId: string, users: number): number | undefined {
  const id = userId.toLowerCase();
  if (!id.startsWith(prefixOf(tenant))) return undefined;
  const number = Number.parseInt(id.slice(-NUMBER_DIGITS), 16);
  return number < users && userIdOf(tenant, number) === id ? number : undefined;
}

export function principalNameOf(domain: string, number: number): string {
  return `user${number + 1}@${domain}`;
}

function prefixOf(tenant: string): string {
  return derivedId('users', tenant).slice(0, -NUMBER_DIGITS);
}
