import type { DirectoryUser } from '#partner-center';
import type { Work } from './work.ts';

/** Every user of the customer's directory, page by page. `callId` names a page's request. */
export async function* usersOf(
  gateway: Work['parts']['gateway'],
  customerTenantId: string,
  callId: (call: string) => string,
): AsyncGenerator<DirectoryUser, void, undefined> {
  let next: string | null = null;
  let page = 0;
  do {
    page += 1;
    const { value }: Awaited<ReturnType<typeof gateway.users>> = await gateway.users(callId(`users page ${page}`), customerTenantId, next);
    yield* value.users;
    next = value.next;
  } while (next !== null);
}
