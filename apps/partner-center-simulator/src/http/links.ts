/** Links are relative to `/v1` (facts §1.4). */
export function link(uri: string, method = 'GET', headers: readonly { key: string; value: string }[] = []): object {
  return { uri, method, headers };
}

export function collection(items: readonly object[], self: string, more: object = {}): object {
  return { totalCount: items.length, items, links: { self: link(self) }, attributes: { objectType: 'Collection' }, ...more };
}
