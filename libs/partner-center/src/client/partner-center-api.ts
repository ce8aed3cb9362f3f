import { derivedId } from '#kernel';
import type { z } from 'zod';
import { OutsideFailure } from '../gateway.ts';
import type { Channel, OutsideCall, ReadAnswer } from './channel.ts';

type ApiCall<T> = Omit<OutsideCall<T>, 'url'> & { readonly path: string };

interface Page<T> {
  readonly items: readonly T[];
  readonly links?:
    | {
        readonly next?:
          | { readonly uri: string; readonly headers?: readonly { readonly key: string; readonly value: string }[] | null | undefined }
          | null
          | undefined;
      }
    | null
    | undefined;
}

const MOST_PAGES = 200;

/** Partner Center's REST resources by path. */
export interface PartnerCenterApi {
  call<T>(call: ApiCall<T>): Promise<ReadAnswer<T>>;
  /** All pages of a collection, one after the other; the evidence is that of the first. */
  all<T>(call: Omit<ApiCall<Page<T>>, 'method' | 'answer'> & { readonly answer: z.ZodType<Page<T>> }): Promise<ReadAnswer<readonly T[]>>;
}

export function createPartnerCenterApi(channel: Channel, partnerCenterUrl: string): PartnerCenterApi {
  const base = partnerCenterUrl.replace(/\/+$/, '');

  const call = <T>({ path, ...rest }: ApiCall<T>): Promise<ReadAnswer<T>> => channel({ ...rest, url: base + path });

  return {
    call,
    async all<T>(first: Omit<ApiCall<Page<T>>, 'method'>) {
      const answer = await call({ ...first, method: 'GET' });
      const items = [...answer.value.items];
      let next = answer.value.links?.next;
      for (let page = 2; next; page += 1) {
        if (page > MOST_PAGES)
          throw new OutsideFailure('retry-later', 'unexpected-answer', `The pages of "${first.operation}" do not end.`);
        const following = await call({
          ...first,
          method: 'GET',
          requestId: derivedId(first.requestId, `page ${page}`),
          path: pathOfLink(next.uri, base),
          headers: Object.fromEntries(
            (next.headers ?? []).filter(({ key }) => /^ms-continuationtoken$/i.test(key)).map(({ key, value }) => [key, value]),
          ),
        });
        items.push(...following.value.items);
        next = following.value.links?.next;
      }
      return { ...answer, value: items };
    },
  };
}

/** Links are relative to `/v1` (facts §1.4); one that leads to another host is not followed, since the token would go with it. */
function pathOfLink(uri: string, base: string): string {
  if (uri.startsWith(`${base}/`)) return uri.slice(base.length);
  if (!uri.startsWith('/') || uri.startsWith('//'))
    throw new OutsideFailure(
      'retry-later',
      'unexpected-answer',
      'A link to the next page does not lead to Partner Center and was not followed.',
    );
  return uri.startsWith('/v1/') ? uri : `/v1${uri}`;
}

/** The path of a customer's resource; every part is encoded. */
export function customerPath(customerTenantId: string, ...parts: readonly string[]): string {
  return `/v1/customers/${[customerTenantId, ...parts].map(encodeURIComponent).join('/')}`;
}
