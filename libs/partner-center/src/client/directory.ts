import { derivedId } from '#kernel';
import { z } from 'zod';
import { OutsideFailure, type Answer, type DirectorySubscription, type DirectoryUser } from '../gateway.ts';
import type { Channel } from './channel.ts';
import { id, moment, seats } from './wire.ts';

// Only what the port hands on is asked for: no names, no addresses.
const FIRST_USERS = '/v1.0/users?$select=id,usageLocation,assignedLicenses&$top=999';
const SUBSCRIPTIONS = '/v1.0/directory/subscriptions';
const MOST_PAGES = 100;

const nextLink = z.string().nullish();

const usersShape = z.object({
  value: z.array(z.object({ id, usageLocation: z.string().nullish(), assignedLicenses: z.array(z.object({ skuId: id })) })),
  '@odata.nextLink': nextLink,
});

const STATUSES = ['Enabled', 'Warning', 'Suspended', 'LockedOut', 'Deleted'] as const;

const subscriptionsShape = z.object({
  value: z.array(
    z.object({
      id,
      commerceSubscriptionId: id.nullish(),
      skuId: id,
      status: z
        .string()
        .transform((text) => STATUSES.find((status) => status.toLowerCase() === text.toLowerCase()) ?? text)
        .pipe(z.enum(STATUSES)),
      totalLicenses: seats,
      nextLifecycleDateTime: moment.nullish(),
    }),
  ),
  '@odata.nextLink': nextLink,
});

/** The customer's directory as Graph shows it, with a token of the customer's tenant (facts §5.2, §5.4). */
export function createDirectory(channel: Channel, graphUrl: string) {
  const base = graphUrl.replace(/\/+$/, '');

  /** A page link takes the token with it: it must lead to Graph and to the same collection, or it is not followed. */
  function checked(link: string, path: string): string {
    if (link.startsWith(`${base}${path.split('?')[0]}?`) && URL.canParse(link) && new URL(link).origin === new URL(base).origin)
      return link;
    throw new OutsideFailure(
      'refused',
      'page-token-refused',
      'The page token does not lead to the configured Graph address: begin again with the first page.',
    );
  }

  function fromAnswer(link: string | null | undefined, path: string): string | null {
    return link ? checked(link, path) : null;
  }

  return {
    async users(
      requestId: string,
      customerTenantId: string,
      next: string | null,
    ): Promise<Answer<{ users: readonly DirectoryUser[]; next: string | null }>> {
      const url = next === null ? base + FIRST_USERS : checked(next, FIRST_USERS);
      const { value, evidence } = await channel({
        operation: 'read the users',
        requestId,
        callClass: 'graph',
        method: 'GET',
        url,
        customerTenantId,
        answer: usersShape,
      });
      const users = value.value.map((user) => ({
        userId: user.id,
        usageLocation: user.usageLocation ?? null,
        licenses: user.assignedLicenses.map((license) => license.skuId),
      }));
      return { value: { users, next: fromAnswer(value['@odata.nextLink'], FIRST_USERS) }, evidence };
    },

    async directorySubscriptions(requestId: string, customerTenantId: string): Promise<Answer<readonly DirectorySubscription[]>> {
      const read = (url: string, page: number) =>
        channel({
          operation: "read the tenant's subscriptions",
          requestId: page === 1 ? requestId : derivedId(requestId, `page ${page}`),
          callClass: 'graph',
          method: 'GET',
          url,
          customerTenantId,
          answer: subscriptionsShape,
        });
      const first = await read(base + SUBSCRIPTIONS, 1);
      const found = [...first.value.value];
      let next = fromAnswer(first.value['@odata.nextLink'], SUBSCRIPTIONS);
      for (let page = 2; next; page += 1) {
        if (page > MOST_PAGES)
          throw new OutsideFailure('retry-later', 'unexpected-answer', "The pages of the tenant's subscriptions do not end.");
        const following = await read(next, page);
        found.push(...following.value.value);
        next = fromAnswer(following.value['@odata.nextLink'], SUBSCRIPTIONS);
      }
      return {
        value: found.map((entry) => ({
          subscriptionId: entry.commerceSubscriptionId ?? entry.id,
          skuGuid: entry.skuId,
          status: entry.status,
          totalLicenses: entry.totalLicenses,
          nextLifecycleAt: entry.nextLifecycleDateTime ?? null,
        })),
        evidence: first.evidence,
      };
    },
  };
}
